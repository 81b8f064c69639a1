"""The messages of the protocol. How they are spelt is the business of `codec`.

Messages know nothing of each other: what may be said when is the session's business. What their fields
are made of and may hold at most stands in `fields`. Fields and types that this version does not know are skipped,
so a field is only ever added with a default, and never given another meaning.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from sysmon.protocol.fields import MAX_FRAME as MAX_FRAME
from sysmon.protocol.fields import MAX_HOSTS as MAX_HOSTS
from sysmon.protocol.fields import MAX_PROCESSES as MAX_PROCESSES
from sysmon.protocol.fields import MAX_SERIES as MAX_SERIES
from sysmon.protocol.fields import MOST_ENTRIES, Channel, Message, Number, Row, Text, Whole
from sysmon.protocol.fields import Name as Name
from sysmon.protocol.fields import Names as Names
from sysmon.protocol.fields import Span as Span
from sysmon.protocol.fields import Spans as Spans
from sysmon.protocol.happenings import Devices as Devices
from sysmon.protocol.happenings import DiskEntry as DiskEntry
from sysmon.protocol.happenings import InterfaceEntry as InterfaceEntry
from sysmon.protocol.happenings import MarkEntry as MarkEntry
from sysmon.protocol.happenings import Marks as Marks


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """The most that a side takes."""

    frame: Whole = MAX_FRAME
    """Bytes of one message."""
    series: Whole = MAX_SERIES
    """Series of one host."""
    hosts: Whole = MAX_HOSTS
    interval: float = 0.25
    """Fewest seconds between ticks."""


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a machine is, as far as it tells; see `sysmon.model.host.HostFacts`. No addresses, no serial numbers."""

    hostname: Name | None = None
    os_name: Name | None = None
    kernel: Name | None = None
    architecture: Name | None = None
    product: Name | None = None
    cpu_model: Name | None = None
    cpu_sockets: Whole | None = None
    cpu_cores: Whole | None = None
    cpu_threads: Whole | None = None
    cpu_max_frequency: float | None = None
    memory_total: Whole | None = None
    boot_time: float | None = None
    virtualisation: Name | None = None
    container: Name | None = None


class Host(msgspec.Struct, frozen=True, omit_defaults=True):
    """A machine that is published. ``path`` are the ids of those it came through, the nearest last."""

    id: Name
    name: Name
    facts: Facts = Facts()
    path: Annotated[list[Name], Meta(max_length=16)] = []


class Hello(Message):
    """The first message of both sides, also where the other will be refused."""

    program: Name
    """Name and version."""
    first: Whole
    last: Whole
    """Oldest and newest version of the protocol that is spoken."""
    host: Host
    capabilities: Names = []
    """What may be used is what both sides name."""
    limits: Limits = Limits()
    epoch: Whole = 0
    clock: float = 0.0
    """Time now, as this side believes."""
    load: float | None = None
    """Of a hub: 0.0 idle to 1.0 full."""
    peers: Whole = 0
    """Links that this side has: how many will come back at once should it go away."""
    draining: bool = False


class MetricEntry(Row):
    """A metric as it is declared. ``kind`` is gauge or counter; ``scale`` the step to which values are exact."""

    name: Name
    unit: Name
    kind: Name
    scale: float
    help: Text = ""
    attributes: Annotated[list[Name], Meta(max_length=16)] = []


class SeriesEntry(Row):
    """A series: the place of its metric in the list, the values of its attributes, seconds between fresh values."""

    metric: Whole
    values: Annotated[list[Text], Meta(max_length=16)] = []
    interval: float = 0.0


class MissingEntry(Row):
    subject: Name
    reason: Text


MetricEntries: TypeAlias = Annotated[list[MetricEntry], Meta(max_length=MOST_ENTRIES)]
SeriesEntries: TypeAlias = Annotated[list[SeriesEntry], Meta(max_length=MOST_ENTRIES)]
MissingEntries: TypeAlias = Annotated[list[MissingEntry], Meta(max_length=1024)]


class Catalog(Message):
    """A host and its series. ``channel`` stands for the host from here on, ``revision`` for this list."""

    channel: Channel
    revision: Whole
    host: Host
    digest: Name
    metrics: MetricEntries = []
    series: SeriesEntries = []
    missing: MissingEntries = []
    interval: float = 1.0
    """Usual seconds between ticks."""
    live: bool = True
    """False for an older catalog, which only blocks of history follow."""


class Change(Message):
    """A catalog as a difference: ``parts`` are (first, count) of the catalog before, or (-1, count) of the next new ones."""

    channel: Channel
    base: Whole
    """Revision of the catalog before."""
    revision: Whole
    digest: Name
    parts: Annotated[list[tuple[Annotated[int, Meta(ge=-1, lt=MAX_SERIES)], Whole]], Meta(max_length=MAX_SERIES)]
    metrics: MetricEntries = []
    series: SeriesEntries = []
    missing: MissingEntries = []


class Leave(Message):
    """A host is no longer published here, for a ``reason`` by number. Its channel is free again."""

    channel: Channel
    reason: Whole = 0


class Tick(msgspec.Struct, array_like=True, tag_field="type", tag=1):
    """Instants of one or several hosts, each coded by `tick_codec`.

    Written as an array, ``[1, [tick, …]]``; in MessagePack a single one is written as its bytes alone.
    """

    ticks: Annotated[list[bytes], Meta(max_length=MAX_HOSTS)]


class Values(Message):
    """An instant of one host in the clear, in catalog order: what the JSON spelling has for a tick."""

    host: Name
    epoch: Whole
    sequence: Whole
    time: float
    values: Annotated[list[Number], Meta(max_length=MAX_SERIES)]


class ProcessEntry(Row):
    """One process; see `sysmon.model.process.ProcessRow`."""

    pid: Whole
    start: float
    parent: Whole
    name: Text
    user: Name
    state: Name
    nice: Annotated[int, Meta(ge=-1000, le=1000)]
    threads: Whole
    cpu_time: Number
    memory: Number
    read_bytes: Number
    write_bytes: Number
    command: Text = ""
    kernel: bool = False


class ProcessStep(Row):
    """What changed of a process that was told before."""

    pid: Whole
    state: Name
    threads: Whole
    cpu_time: Number
    memory: Number
    read_bytes: Number
    write_bytes: Number


class GpuEntry(Row):
    """What one process uses of all GPUs together."""

    pid: Whole
    share: Number = None
    """1.0 is one GPU busy all the time."""
    memory: Number = None


class Processes(Message):
    """The process table of a host, as a difference to the one at ``base``, or whole where that is null."""

    channel: Channel
    time: float
    base: float | None = None
    rows: Annotated[list[ProcessEntry], Meta(max_length=MAX_PROCESSES)] = []
    """Processes that are new, or of which more changed than a step tells."""
    steps: Annotated[list[ProcessStep], Meta(max_length=MAX_PROCESSES)] = []
    gone: Annotated[list[Whole], Meta(max_length=MAX_PROCESSES)] = []
    missing: MissingEntries = []
    gpu: Annotated[list[GpuEntry], Meta(max_length=MAX_PROCESSES)] | None = None
    """All that use GPUs, never a difference; null where no driver tells."""
    gpu_only_of: Name = ""
    """The user whose processes alone are seen there; empty for everybody's."""


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wanted of a host. ``host`` "*" means every host that has no wish of its own."""

    host: Name
    interval: float = 1.0
    """Seconds between ticks; 0 for none at all."""
    groups: Names = []
    """Names of metrics or of their name spaces (``system.cpu``); empty for all."""
    processes: float = 0.0
    """Seconds between process tables; 0 for none."""


Wishes: TypeAlias = Annotated[list[Wish], Meta(max_length=MAX_HOSTS)]


class Subscribe(Message):
    """All that this side wants; what was wanted before is forgotten."""

    wishes: Wishes = []


class Update(Message):
    """New wishes for the hosts that are named; the others stay."""

    wishes: Wishes = []


class Have(Message):
    """What may be asked for: the oldest and newest sequence that is kept of an epoch."""

    channel: Channel
    epoch: Whole
    first: Whole
    last: Whole


class Want(Message):
    """Send these sequences. A later one for the same channel and epoch replaces it."""

    channel: Channel
    epoch: Whole
    spans: Spans


class Block(Message):
    """A piece of history, coded by `blocks`; ``never`` are sequences that were asked for but never recorded, ``absent`` those that this
    side, a hub, does not have either: it says `Have` when they came."""

    channel: Channel
    epoch: Whole
    revision: Whole = 0
    """Of the catalog that the columns follow."""
    body: bytes = b""
    never: Spans = []
    absent: Spans = []


class Ask(Message):
    """A question about a host, or something to do there. It gets one answer with its number, unless it is cancelled."""

    number: Whole
    """Of this side; greater than that of the question before."""
    host: Name
    """Its id; empty for the machine that is asked."""
    body: msgspec.Raw
    """One of the questions below; read apart, so that one of a later version can be refused in words."""


class Answer(Message):
    """What came of a question."""

    number: Whole
    """Of the question."""
    body: msgspec.Raw
    """One of the answers below."""


class Cancel(Message):
    """Nobody waits for the answer to this question any more; it is not sent."""

    number: Whole


class Clock(Message):
    """Four stamps (RFC 5905, section 8): sent with ``origin`` alone, it is answered with all three, stamped there."""

    origin: float
    received: float | None = None
    sent: float | None = None
    load: float | None = None
    """As in `Hello`, now."""


class Gap(Message):
    """These sequences were not sent, as the link was full; they can be asked for."""

    channel: Channel
    epoch: Whole
    first: Whole
    last: Whole


class Pace(Message):
    """The link is slow: ticks come only every so many seconds from now on."""

    interval: float


class Move(Message):
    """Go to another hub, after a random time of at most ``within`` seconds."""

    to: Names
    within: float = 10.0


class Goaway(Message):
    """The link will be closed by this side, for a ``reason`` by number."""

    reason: Whole
    text: Text = ""
    after: float | None = None
    """Do not come back before so many seconds."""
    alternatives: Names = []


class Error(Message):
    """The link is closed, as the other side did something wrong. ``number`` is that of the reason."""

    number: Whole
    text: Text = ""


Named: TypeAlias = (
    Hello
    | Catalog
    | Change
    | Leave
    | Values
    | Processes
    | Devices
    | Marks
    | Ask
    | Answer
    | Cancel
    | Subscribe
    | Update
    | Have
    | Want
    | Block
    | Clock
    | Gap
    | Pace
    | Move
    | Goaway
    | Error
)
"""All messages that are written as an object."""
AnyMessage: TypeAlias = Named | Tick
