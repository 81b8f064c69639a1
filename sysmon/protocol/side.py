"""What this program says of itself in a greeting, and whether a peer's greeting fits to it. Knows no link."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import PAIRED, Reason, Rights
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY

FIRST_VERSION: Final = 1
LAST_VERSION: Final = 1
CAPABILITIES: Final = ("ask", "change", "clock", "devices", "history", "marks", "processes")
"""What this version may do beyond hello, catalog, ticks and subscribe. What is used is what both sides have."""
SLOWEST: Final = 3600.0
"""Most seconds between ticks that a peer may ask for in its limits."""
_SMALLEST_FRAME: Final = 1024


def _no_load() -> float | None:
    return None


@dataclass(frozen=True, slots=True)
class Side:
    """What a session says and allows on behalf of this machine."""

    hello: m.Hello
    rights: Rights = PAIRED
    """Of the peer."""
    spelling: str = BINARY
    backfill: bool = True
    """Whether to ask for what was missed."""
    peer: str = ""
    """The id that the peer proved to have, below; empty where it is not known."""
    load: Callable[[], float | None] = _no_load
    """How loaded this machine is now, where it is a hub."""


def greeting(
    program: str,
    host: m.Host,
    epoch: int,
    *,
    limits: m.Limits | None = None,
    load: float | None = None,
    peers: int = 0,
    draining: bool = False,
    clock: float = 0.0,
) -> m.Hello:
    """This version's hello."""
    capabilities: list[str] = list(CAPABILITIES)
    return m.Hello(
        program,
        FIRST_VERSION,
        LAST_VERSION,
        host,
        capabilities,
        limits or m.Limits(),
        epoch,
        clock,
        load,
        peers,
        draining,
    )


def check(own: m.Hello, peer: m.Hello, proved: str = "") -> frozenset[str]:
    """The capabilities that both sides have. ``proved`` is the id that the peer must have, where that is known.

    Raises RemoteProtocolError where the two cannot talk.
    """
    if peer.first > own.last or peer.last < own.first:
        raise RemoteProtocolError(
            f"protocol {peer.first} to {peer.last}, not {own.first} to {own.last}", Reason.VERSION
        )
    if proved and peer.host.id != proved:
        raise RemoteProtocolError("a machine in the name of another", Reason.WRONG_PIN)
    if peer.host.id == own.host.id:
        raise RemoteProtocolError("the same machine on both ends", Reason.SELF)
    if own.host.id in peer.host.path:
        raise RemoteProtocolError("a way that leads back here", Reason.LOOP)
    if not 0.0 <= peer.limits.interval <= SLOWEST or peer.limits.frame < _SMALLEST_FRAME:
        raise RemoteProtocolError("limits within which nothing can be sent")
    return frozenset(own.capabilities) & frozenset(peer.capabilities)


_AS_SEEN_FROM_HERE: Final = {
    Reason.STOPPING_HERE: Reason.DRAINING,
    Reason.DISABLED_HERE: Reason.NOBODY_LISTENS,
    Reason.ASLEEP: Reason.CUT,
    Reason.GREETING_TIMEOUT: Reason.CUT,
    Reason.SILENT: Reason.CUT,
    Reason.FAULT_HERE: Reason.CUT,
}
_OUR_DOING: Final = range(Reason.BAD_FRAME.number, Reason.BUSY.number)
"""What a peer may hold against us in what we sent."""


def from_peer(number: int) -> Reason:
    """The reason that a peer gave, told from our side: its "I am ending" is our "it is ending"."""
    reason = Reason.of(number)
    if reason.number in _OUR_DOING:
        return Reason.FAULT_HERE
    return _AS_SEEN_FROM_HERE.get(reason, reason)


def seconds(value: float | None) -> float | None:
    """A peer's number of seconds, where it is one."""
    return value if value is not None and 0.0 <= value < math.inf else None
