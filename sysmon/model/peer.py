"""Other machines as the user decided on them: whom we know, where they are, what they may see. Values only.

A peer is known by the SHA-256 of its public key, never by name or address: both may change, and anybody can claim them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.link import PAIRED, Rights


@dataclass(frozen=True, slots=True)
class Peer:
    """A machine that was paired with this one, or is reached through ssh."""

    id: str
    """Base32 of the SHA-256 of its public key; for one that is reached through ssh, "ssh:" and the target."""
    name: str
    """As the user calls it; at first as it calls itself."""
    certificate: bytes = b""
    """Its certificate in DER, which it must show; empty for ssh."""
    addresses: tuple[str, ...] = ()
    """Where it was last reached: "host:port" or "ssh://user@host", best first. Empty: only it can come to us."""
    rights: Rights = PAIRED
    """What it may see of this machine."""
    watched: bool = True
    """Whether this machine shows it: dials it where it has an address, asks for its figures where it dials."""
    tags: tuple[str, ...] = ()
    """The user's own words for it, to group by."""
    hub: bool = False
    """Whether it relays other machines."""
    added: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Found:
    """A machine that announces itself on the network. Nothing of it is trusted."""

    id: str
    """The beginning of what it says is its id."""
    name: str
    address: str
    """"host:port"."""
    system: str = ""
    """Its operating system in a word."""
    paired: bool = False
    """Whether a peer with such an id is known."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Pairing is open here."""

    code: str
    """Three words for the other machine to type."""
    code_until: float
    """Seconds since 1970 after which the code is void."""
    link: str
    """``sysmon://host:port/#id.token`` for a machine without a keyboard."""
    link_until: float
    tries_left: int = 3


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Several machines may be paired with this one without anybody looking; for a file that is handed to them."""

    link: str
    """As that of an `Invitation`."""
    uses: int
    """So many machines."""
    until: float
    """Seconds since 1970 after which it is void."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """How this machine is published."""

    on: bool = False
    addresses: tuple[str, ...] = ()
    """``host:port`` on which it listens now."""
    port: int = 0
    announced: bool = False
    """Whether others can find it on the network."""
    trouble: str = ""
    """Why it is not shared although it should be; a sentence."""
    invitation: Invitation | None = None
