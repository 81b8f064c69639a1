"""What a session tells the shell around it. Values only.

Besides these a session delivers `SampleBatch`, `ProcessTable`, `DeviceFacts` and `Mark` as they are, and `Stretch` for
what was missed and came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sysmon.model.events import Mark
from sysmon.model.host import DeviceFacts
from sysmon.model.link import LinkState, Reason
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.protocol.messages import Hello, Host, Wish
from sysmon.protocol.questions import Question, Reply
from sysmon.protocol.ranges import Range


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The link is in another state. ``text`` is for the log; the reason has the sentence for the user."""

    state: LinkState
    reason: Reason | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Greeted:
    """The peer's hello fits. ``capabilities`` are those that both sides have."""

    hello: Hello
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class HostSeen:
    """The peer publishes ``host``, or says something new about it or its series."""

    host: Host
    catalog: Catalog
    interval: float


@dataclass(frozen=True, slots=True)
class HostLeft:
    """The peer publishes ``host`` no longer."""

    host: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Skipped:
    """The link was full: these sequences did not come. They will be asked for."""

    host: str
    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NeverRecorded:
    """The publisher was off or too busy then: these sequences will never come."""

    host: str
    epoch: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the peer wants from here has changed: the wishes that are in force now."""

    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Look up these sequences of ``host`` and answer with `Session.supply`, which must follow."""

    host: str
    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Slowed:
    """The peer serves this link only every ``interval`` seconds, as it is slow."""

    interval: float


@dataclass(frozen=True, slots=True)
class ClockMeasured:
    """A round trip was measured. ``offset`` is by how many seconds the peer's clock is ahead."""

    round_trip: float
    offset: float


@dataclass(frozen=True, slots=True)
class Load:
    """How loaded the peer is now, a hub: 0.0 idle to 1.0 full."""

    load: float


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """Go to one of these hubs, after a random part of ``within`` seconds."""

    to: tuple[str, ...]
    within: float


@dataclass(frozen=True, slots=True)
class Farewell:
    """The peer will close, or has closed, the link."""

    reason: Reason
    text: str
    after: float | None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The peer asks ``question`` about ``host`` (empty: this one); `Session.answer` with ``number`` must follow."""

    number: int
    host: str
    question: Question


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of the question that `Session.ask` gave ``number``. Every question gets exactly one of these, unless cancelled."""

    number: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The peer does not wait any more for the answer to its question ``number``."""

    number: int


Event: TypeAlias = (
    StateChanged
    | Greeted
    | HostSeen
    | HostLeft
    | Skipped
    | NeverRecorded
    | Wanted
    | Fetch
    | Slowed
    | ClockMeasured
    | Load
    | MoveAsked
    | Farewell
    | Asked
    | Answered
    | Cancelled
    | Stretch
    | SampleBatch
    | ProcessTable
    | DeviceFacts
    | Mark
)
