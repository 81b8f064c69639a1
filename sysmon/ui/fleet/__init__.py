"""What the page of all machines is made of: tiles, table, heat map, comparison, what was found."""
