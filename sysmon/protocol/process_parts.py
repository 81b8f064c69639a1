"""What is told of one process, and what may be done to it, as it travels in answers and questions.

The shapes are those of `sysmon.model.process_details` and `sysmon.model.action`, written out again on purpose: what
travels must not change because a value here is renamed. Every text and list has a limit. `part_codec` converts.
"""

from __future__ import annotations

from typing import Annotated, Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from sysmon.protocol.fields import Name, Text, Whole

T = TypeVar("T")

Figure: TypeAlias = Annotated[float | None, Meta(extra={"null": "nan"})]
"""A number; null where it is not known."""
Bound: TypeAlias = Annotated[float | None, Meta(extra={"null": "inf"})]
"""A number; null for no bound."""
Small: TypeAlias = Annotated[int, Meta(ge=-(1 << 31), lt=1 << 32)]
Key: TypeAlias = tuple[Whole, float]
"""PID and start time, in seconds since 1970: exactly as in the process table."""
MOST_ITEMS: Final = 4096
Items: TypeAlias = Annotated[list[T], Meta(max_length=MOST_ITEMS)]


class Part(msgspec.Struct, omit_defaults=True):
    """A part of a question or an answer, written as an object."""


class Known(Part, Generic[T]):
    """One value. Null without a reason: there is none, and that is known."""

    value: T | None = None
    missing: Text | None = None


class Several(Part, Generic[T]):
    """A list, why it is not whole, and how many were left out."""

    items: Annotated[list[T], Meta(max_length=MOST_ITEMS)] = []
    missing: Text | None = None
    cut: Whole = 0


class RelativePart(Part):
    key: Key
    name: Text


class OwnerPart(Part):
    user: Name
    uid: Small | None = None
    group: Name = ""
    gid: Small | None = None
    real_user: Name = ""
    real_uid: Small | None = None


class IoPriorityPart(Part):
    io_class: Name
    level: Small


class SchedulingPart(Part):
    policy: Name
    priority: Small


class ResourceLimitPart(Part):
    name: Name
    soft: Bound
    hard: Bound
    unit: Name


class GroupLimitPart(Part):
    value: float
    group: Text


class ControlGroupPart(Part):
    path: Text
    cpu: GroupLimitPart | None = None
    memory: GroupLimitPart | None = None
    tasks: GroupLimitPart | None = None
    missing: Text | None = None


class ContainerPart(Part):
    name: Name
    identity: Name
    runtime: Name


class MemoryPart(Part):
    """Bytes, by who shares them."""

    rss: Figure = None
    pss: Figure = None
    shared: Figure = None
    private: Figure = None
    swap: Figure = None


class FactsPart(Part):
    key: Key
    name: Text
    state: Name
    kernel: bool
    arguments: Several[Text]
    executable: Known[Text]
    directory: Known[Text]
    root: Known[Text]
    parents: Several[RelativePart]
    children: Several[RelativePart]
    owner: Known[OwnerPart]
    nice: Known[Small]
    threads: Known[Small]
    io_priority: Known[IoPriorityPart]
    scheduling: Known[SchedulingPart]
    affinity: Known[Items[Small]]
    limits: Several[ResourceLimitPart]
    cgroup: Known[ControlGroupPart]
    container: Known[ContainerPart]
    capabilities: Several[Name]
    label: Known[Text]
    seccomp: Known[Name]
    memory: Known[MemoryPart]


class ThreadPart(Part):
    tid: Whole
    name: Text
    state: Name
    cpu_time: Figure = None
    started: Figure = None


class FilePart(Part):
    fd: Small
    path: Text
    kind: Name
    flags: Annotated[list[Name], Meta(max_length=64)] = []
    position: Annotated[int, Meta(ge=-(1 << 53), lt=1 << 53)] | None = None


class SocketPart(Part):
    fd: Small
    family: Name
    type: Name
    local: Text
    remote: Text
    state: Name
    receive_queue: Whole | None = None
    send_queue: Whole | None = None


class MappedPart(Part):
    path: Text
    rss: Figure = None
    pss: Figure = None
    swap: Figure = None
    count: Whole = 0


class MapsPart(Part):
    shares: MemoryPart
    files: Several[MappedPart]


class SignalsPart(Part):
    pending: Items[Name] = []
    blocked: Items[Name] = []
    ignored: Items[Name] = []
    caught: Items[Name] = []


class LifePart(Part):
    pid: Whole
    name: Text
    parent: Whole
    parent_name: Text
    began: float | None = None
    ended: float | None = None
    exit_code: Small | None = None
    signal: Small | None = None


class ForkerPart(Part):
    pid: Whole
    name: Text
    children: Whole


class LinePart(Part):
    """A line of the audit log."""

    time: float
    who: Text
    action: Text
    pid: Whole
    name: Text
    result: Name
    reason: Text


class CellsPart(Part):
    """The columns of one process that are read on demand; see `sysmon.pipeline.column_rates.ColumnFigures`.

    A text is null where it is not known, and empty for none.
    """

    key: Key
    pss: Figure = None
    swap: Figure = None
    cgroup: Text | None = None
    container: Text | None = None
    io_wait: Figure = None


class LackPart(Part):
    """Something that cannot be told, and why."""

    subject: Name
    reason: Text


class TargetPart(Part):
    key: Key
    name: Text
    kernel: bool = False


class OutcomePart(Part):
    """What came of an action; ``trouble`` is one of the words of `Trouble`, null where it was done."""

    action: Text
    trouble: Name | None = None
    reason: Text = ""


class Deed(Part, tag_field="do", tag=str.lower):
    """What can be done to a process. The kind is written as the class's name in lower case."""


class End(Deed):
    """Ask to end."""


class Kill(Deed):
    """End at once."""


class Stop(Deed):
    """Hold."""


class Resume(Deed):
    """Go on."""


class SendSignal(Deed):
    name: Name


class SetNice(Deed):
    nice: Small


class SetIoPriority(Deed):
    io_class: Name
    level: Small = 4


class SetAffinity(Deed):
    cpus: Items[Small]


class SetLimit(Deed):
    """CPUs and bytes of the control group; null leaves a side as it is, 0 lifts the limit."""

    cpu: float | None = None
    memory: float | None = None


AnyDeed: TypeAlias = End | Kill | Stop | Resume | SendSignal | SetNice | SetIoPriority | SetAffinity | SetLimit
