"""The only place with sockets: connections to other machines, who they are, and what becomes of the links. Knows no screen."""
