"""What is known of one link at one moment, and what became of it: what screens, logs and metrics tell. Values only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sysmon.model.link import LinkState, Reason


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Totals of a link over all its connections since the program began."""

    bytes_in: int = 0
    bytes_out: int = 0
    ticks_in: int = 0
    ticks_out: int = 0
    samples_in: int = 0
    """Values that came in ticks and in back-fill."""
    filled: int = 0
    """Ticks that came later, in back-fill."""
    gaps: int = 0
    """Stretches that the peer could not send in time."""
    skipped_in: int = 0
    """Ticks that the peer had no room for."""
    skipped_out: int = 0
    """Ticks for which the peer's link had no room."""
    connections: int = 0


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One link. Times are seconds since 1970; NaN where nothing was measured."""

    link: str
    """Stands for the link for as long as the program runs: the peer's id and the direction."""
    peer: str
    """The peer's id."""
    name: str
    dialled: bool
    """True where this machine calls, False where it was called."""
    state: LinkState
    since: float
    """When the state began."""
    address: str = ""
    reason: Reason | None = None
    text: str = ""
    """What the peer or the system said, for the log; may be anything and is printable."""
    tries: int = 0
    next_try: float = math.nan
    round_trip: float = math.nan
    """Seconds."""
    clock_offset: float = math.nan
    """By how many seconds the peer's clock is ahead."""
    bytes_in_rate: float = math.nan
    """Bytes per second over the last ten."""
    bytes_out_rate: float = math.nan
    tick_rate: float = math.nan
    """Ticks per second that come in, of all hosts."""
    bytes_per_sample: float = math.nan
    """Of what comes in, over the last ten seconds."""
    missing: int = 0
    """Ticks that are still to be filled in."""
    in_flight: int = 0
    """Bytes that were handed to the socket and not yet taken by the network."""
    slowed: float = math.nan
    """Seconds between ticks where one side serves the other less often, as the link is slow."""
    hosts: tuple[str, ...] = ()
    """Ids of the machines that come through this link."""
    watching: bool = False
    """Whether the peer takes figures of ours."""
    counts: LinkCounts = field(default_factory=LinkCounts)
    program: str = ""
    """What the peer says it runs, name and version; printable."""


@dataclass(frozen=True, slots=True)
class LinkStep:
    """A link went from one state to another. Also travels on the bus."""

    link: str
    peer: str
    name: str
    dialled: bool
    time: float
    before: LinkState
    after: LinkState
    reason: Reason | None = None
    text: str = ""
    tries: int = 0
    wait: float = math.nan
    """Seconds until the next try."""
