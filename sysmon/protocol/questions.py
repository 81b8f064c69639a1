"""What one machine may ask another about its processes, or ask it to do, and what it may answer.

These are the bodies of `Ask` and `Answer`, with ``kind`` saying which. Each question says which right it needs;
whoever has it not is `Refused` in words. Knows no link and does not decide.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from sysmon.protocol.fields import Name, Names, Text, Whole
from sysmon.protocol.process_parts import (
    AnyDeed,
    CellsPart,
    FactsPart,
    Figure,
    FilePart,
    ForkerPart,
    Items,
    Key,
    Known,
    LackPart,
    LifePart,
    LinePart,
    MapsPart,
    OutcomePart,
    Several,
    SignalsPart,
    SocketPart,
    TargetPart,
    ThreadPart,
)

MOST_ASKED: Final = 16
"""Questions of one side of a link that may wait for their answer."""
MAX_QUESTION: Final = 1 << 16
"""Bytes of a question."""
MAX_ANSWER: Final = 1 << 18
"""Bytes of an answer: what is longer is cut where it is a list, and says so."""
MOST_KEYS: Final = 10_000

Keys: TypeAlias = Annotated[list[Key], Meta(max_length=MOST_KEYS)]
Column: TypeAlias = Annotated[list[Figure], Meta(max_length=1024)]


class Body(msgspec.Struct, omit_defaults=True, tag_field="kind", tag=str.lower):
    """What all questions and answers are."""


class Look(Body):
    """One tab of a process. Needs *processes*; files, sockets and memory need *commands*, too; the environment also *actions*."""

    key: Key
    tab: Name
    """facts, threads, files, sockets, environment, memory or signals."""


class Act(Body):
    """Do something to processes. Needs *processes* and *actions*."""

    targets: Annotated[list[TargetPart], Meta(max_length=512)]
    deed: AnyDeed


class Alive(Body):
    """Which of these have not ended. Needs *processes*."""

    keys: Keys


class Search(Body):
    """Which processes a filter finds that looks into them. Needs *processes* and *commands*, as a filter can find out both."""

    filter: Text


class Services(Body):
    """In which service or container processes run. Needs *processes*."""

    keys: Keys


class Columns(Body):
    """Columns of the process table that cost a look into each process. Needs *processes*."""

    keys: Annotated[list[Key], Meta(max_length=512)]
    """Processes whose rows are in view."""
    wanted: Names
    """memory, control group, I/O wait."""
    others: bool = False
    """Also of all other processes, of as many as there is time for."""


class Group(Body):
    """The control group that a limit on a process would hold for. Needs *processes* and *actions*."""

    target: TargetPart


class Past(Body):
    """What is remembered of a process. Needs *processes*."""

    key: Key
    name: Text
    since: float = 0.0
    """Only rows after this time."""


class Births(Body):
    """What began and ended, and who begins the most. Needs *processes*."""

    count: Annotated[int, Meta(ge=0, le=1000)]
    since: float = 0.0
    """For who begins the most."""
    forkers: Annotated[int, Meta(ge=0, le=100)] = 0


class Log(Body):
    """The newest lines of the audit log. Needs *processes* and *actions*."""

    count: Annotated[int, Meta(ge=0, le=1000)] = 1000


class May(Body):
    """What the asking side may see and do there, so that a screen offers no more. Needs *processes*, or else is refused like all others."""


Question: TypeAlias = Look | Act | Alive | Search | Services | Columns | Group | Past | Births | Log | May


class Looked(Body):
    """To `Look`: what the tab holds, under its name; or why it cannot be told, or that the process is ``gone``."""

    time: float
    missing: Text | None = None
    gone: bool = False
    facts: FactsPart | None = None
    threads: Several[ThreadPart] | None = None
    files: Several[FilePart] | None = None
    sockets: Several[SocketPart] | None = None
    environment: Several[tuple[Text, Text]] | None = None
    memory: Known[MapsPart] | None = None
    signals: Known[SignalsPart] | None = None


class Acted(Body):
    """To `Act`: one outcome for each target; ``unlogged`` says why the audit log has not got it."""

    outcomes: Annotated[list[OutcomePart], Meta(max_length=512)]
    unlogged: Text = ""


class Living(Body):
    """To `Alive`."""

    keys: Keys


class Found(Body):
    """To `Search`: processes that were found, how many could not be looked into, how many more there are."""

    keys: Keys
    refused: Whole = 0
    trouble: Text = ""
    cut: Whole = 0
    partly: Whole = 0
    """Processes that hold too much to be looked through whole."""


class Placed(Body):
    """To `Services`: one for each process, empty for none; no list at all where it cannot be found out."""

    places: Annotated[list[Name], Meta(max_length=MOST_KEYS)] = []


class Cells(Body):
    """To `Columns`: rows that are not among them are as they were."""

    rows: Items[CellsPart] = []
    missing: Items[LackPart] = []


class Grouped(Body):
    """To `Group`: null where there is none, or it is not told."""

    path: Text | None = None
    members: Annotated[list[Whole], Meta(max_length=MOST_KEYS)] = []


class Traced(Body):
    """To `Past`: columns of equal length, oldest first; one that is empty is not known.

    CPU in cores, memory in bytes, reads and writes in bytes per second, GPU in GPUs.
    """

    times: Annotated[list[float], Meta(max_length=1024)] = []
    cpu: Column = []
    memory: Column = []
    read: Column = []
    write: Column = []
    threads: Column = []
    gpu: Column = []
    gpu_memory: Figure = None
    """Bytes on GPUs at the newest row."""
    newest: Figure = None
    """Time of the newest row that is kept, told or not: before what was told earlier, the clock there was set back."""


class Lived(Body):
    """To `Births`: newest first, and how this is found out."""

    lives: Items[LifePart] = []
    forkers: Items[ForkerPart] = []
    source: Text = ""


class Logged(Body):
    """To `Log`: newest first."""

    lines: Items[LinePart] = []
    missing: Text = ""


class Granted(Body):
    """To `May`: the names of rights."""

    rights: Names = []


class Refused(Body):
    """To any question: no. ``reason`` is one by number; ``text`` completes the sentence "unavailable, because …"."""

    reason: Whole
    text: Text = ""


Reply: TypeAlias = (
    Looked | Acted | Living | Found | Placed | Cells | Grouped | Traced | Lived | Logged | Granted | Refused
)
