"""The tabs of one process as columns and rows of text, each with the reason for what is missing.

Texts come from the process itself: every one is made harmless here. Knows no pixels and no reader.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from sysmon.model.printable import printable
from sysmon.model.process_details import (
    Fact,
    FileFacts,
    GroupLimit,
    MapsSummary,
    ProcessFacts,
    Relative,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.pipeline.thread_rates import ThreadRates
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units

T = TypeVar("T")
Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TabColumn:
    """One column: title, width as a share, and whether it holds figures."""

    title: str
    share: float
    number: bool = False


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab at one moment."""

    columns: tuple[TabColumn, ...]
    rows: tuple[Row, ...]
    note: str = ""
    """Why nothing, or not everything, is there."""


COLUMNS: dict[Tab, tuple[TabColumn, ...]] = {
    Tab.FACTS: (TabColumn("Fact", 0.28), TabColumn("Value", 0.72)),
    Tab.THREADS: (
        TabColumn("Thread", 0.14, number=True),
        TabColumn("Name", 0.34),
        TabColumn("CPU", 0.16, number=True),
        TabColumn("CPU time", 0.18, number=True),
        TabColumn("State", 0.18),
    ),
    Tab.FILES: (
        TabColumn("No.", 0.08, number=True),
        TabColumn("Path", 0.54),
        TabColumn("Kind", 0.12),
        TabColumn("Opened for", 0.26),
    ),
    Tab.SOCKETS: (
        TabColumn("No.", 0.08, number=True),
        TabColumn("Kind", 0.14),
        TabColumn("Local", 0.26),
        TabColumn("Remote", 0.26),
        TabColumn("State", 0.14),
        TabColumn("Queues", 0.12, number=True),
    ),
    Tab.ENVIRONMENT: (TabColumn("Name", 0.3), TabColumn("Value", 0.7)),
    Tab.MEMORY: (
        TabColumn("Mapping", 0.48),
        TabColumn("Resident", 0.14, number=True),
        TabColumn("Share", 0.14, number=True),
        TabColumn("Swapped", 0.12, number=True),
        TabColumn("Count", 0.12, number=True),
    ),
    Tab.SIGNALS: (TabColumn("Signals", 0.22), TabColumn("Names", 0.78)),
}


class ProcessTabs:
    """Makes views of the answers for one process. Take a new one for another."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._threads = ThreadRates()

    def view(self, answer: TabAnswer) -> TabView:
        """What to show for ``answer``."""
        columns = COLUMNS[answer.tab]
        if answer.details is None:
            return TabView(columns, (), _sentence(answer.missing))
        makers: dict[Tab, Callable[[TabAnswer], tuple[Sequence[Row], str]]] = {
            Tab.FACTS: lambda a: (self._facts(cast("ProcessFacts", a.details)), ""),
            Tab.THREADS: self._thread_rows,
            Tab.FILES: lambda a: _listed(cast("Section[FileFacts]", a.details), _file),
            Tab.SOCKETS: lambda a: _listed(cast("Section[SocketFacts]", a.details), self._socket),
            Tab.ENVIRONMENT: lambda a: _listed(cast("Section[tuple[str, str]]", a.details), _variable),
            Tab.MEMORY: lambda a: self._maps(cast("Fact[MapsSummary]", a.details)),
            Tab.SIGNALS: lambda a: _signals(cast("Fact[SignalFacts]", a.details)),
        }
        rows, note = makers[answer.tab](answer)
        return TabView(columns, tuple(rows), note)

    def _thread_rows(self, answer: TabAnswer) -> tuple[Sequence[Row], str]:
        section = cast("Section[ThreadFacts]", answer.details)
        shares = self._threads.step(section.items, answer.time)
        busiest = sorted(section.items, key=lambda thread: -_zero(shares.get(thread.tid, math.nan)))
        rows = [
            (
                str(thread.tid),
                printable(thread.name),
                fmt.percent_exact(shares.get(thread.tid, math.nan)),
                fmt.duration(thread.cpu_time),
                thread.state,
            )
            for thread in busiest
        ]
        return rows, _note(section)

    def _socket(self, socket: SocketFacts) -> Row:
        queues = "–"
        if socket.receive_queue is not None and socket.send_queue is not None:
            queues = f"{fmt.count(socket.receive_queue)} / {fmt.count(socket.send_queue)}"
        kind = " ".join(word for word in (socket.family, socket.type) if word)
        return (str(socket.fd), kind, printable(socket.local), printable(socket.remote), socket.state, queues)

    def _maps(self, fact: Fact[MapsSummary]) -> tuple[Sequence[Row], str]:
        if fact.value is None:
            return (), _sentence(fact.missing)
        size, shares = self._units.size, fact.value.shares
        total = ("all together", size(shares.rss), size(shares.pss), size(shares.swap), "")
        rows = [
            (printable(file.path), size(file.rss), size(file.pss), size(file.swap), fmt.count(file.count))
            for file in fact.value.files.items
        ]
        return [total, *rows], _note(fact.value.files)

    def _facts(self, facts: ProcessFacts) -> list[Row]:
        rows = [
            ("Command", _section(facts.arguments, printable, " ")),
            ("Executable", _fact(facts.executable, printable)),
            ("Directory", _fact(facts.directory, printable)),
            ("Root", _fact(facts.root, printable)),
            ("User", _fact(facts.owner, lambda owner: _owner_words(owner.user, owner.real_user))),
            ("Group", _fact(facts.owner, lambda owner: printable(owner.group) or "none")),
            ("Started", fmt.exact(facts.key.start)),
            ("Parents", _section(facts.parents, _relative, " ‹ ")),
            ("Children", _section(facts.children, _relative, ", ")),
            ("State", facts.state),
            ("Threads", _fact(facts.threads, fmt.count)),
            ("Nice", _fact(facts.nice, str)),
            ("I/O priority", _fact(facts.io_priority, lambda io: f"{io.io_class} {io.level}")),
            ("Scheduling", _fact(facts.scheduling, lambda s: f"{s.policy} {s.priority}" if s.priority else s.policy)),
            ("May run on", _fact(facts.affinity, cpu_ranges)),
            ("Control group", _fact(facts.cgroup, lambda group: printable(group.path))),
            ("Group limits", _fact(facts.cgroup, lambda group: self._limits(group.cpu, group.memory, group.tasks))),
            ("Container", _fact(facts.container, lambda c: printable(f"{c.name} {c.runtime}".strip()))),
            ("Capabilities", _section(facts.capabilities, printable, ", ")),
            ("Security label", _fact(facts.label, printable)),
            ("System call filter", _fact(facts.seccomp, str)),
            ("Memory", _fact(facts.memory, lambda m: f"{self._units.size(m.rss)}, share {self._units.size(m.pss)}")),
            ("Shared memory", _fact(facts.memory, lambda m: self._units.size(m.shared))),
            ("Swapped out", _fact(facts.memory, lambda m: self._units.size(m.swap))),
        ]
        if facts.limits.missing:
            rows.append(("Limits", _sentence(facts.limits.missing)))
        rows += [(f"Limit: {limit.name}", f"{self._limit(limit.soft, limit.unit)}, at most {self._limit(limit.hard, limit.unit)}") for limit in facts.limits.items]  # fmt: skip
        return rows

    def _limit(self, value: float, unit: str) -> str:
        if math.isinf(value):
            return "unlimited"
        if unit == "bytes":
            return self._units.limit(value)
        return f"{fmt.count(value)} {unit}".strip()

    def _limits(self, cpu: GroupLimit | None, memory: GroupLimit | None, tasks: GroupLimit | None) -> str:
        parts: list[str] = []
        if cpu is not None:
            parts.append(f"{cpu.value:g} CPU by {printable(cpu.group)}")
        if memory is not None:
            parts.append(f"{self._units.limit(memory.value)} memory by {printable(memory.group)}")
        if tasks is not None:
            parts.append(f"{fmt.count(tasks.value)} tasks by {printable(tasks.group)}")
        return ", ".join(parts) or "none"


def cpu_ranges(cpus: Iterable[int]) -> str:
    """ "CPU 0–3, 8"."""
    runs: list[list[int]] = []
    for cpu in sorted(cpus):
        if runs and cpu == runs[-1][1] + 1:
            runs[-1][1] = cpu
        else:
            runs.append([cpu, cpu])
    return "CPU " + ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs) if runs else "none"


def _owner_words(user: str, real: str) -> str:
    return printable(user) if not real or real == user else f"{printable(user)}, started by {printable(real)}"


def _relative(one: Relative) -> str:
    return f"{printable(one.name) or 'unnamed'} ({one.key.pid})"


def _file(file: FileFacts) -> Row:
    return (str(file.fd) if file.fd >= 0 else "", printable(file.path), file.kind, ", ".join(file.flags))


def _variable(pair: tuple[str, str]) -> Row:
    return (printable(pair[0]), printable(pair[1]))


def _signals(fact: Fact[SignalFacts]) -> tuple[Sequence[Row], str]:
    if fact.value is None:
        return (), _sentence(fact.missing)
    found = fact.value
    groups = (
        ("Pending", found.pending),
        ("Blocked", found.blocked),
        ("Ignored", found.ignored),
        ("Caught", found.caught),
    )
    return [(name, ", ".join(names) or "none") for name, names in groups], ""


def _listed(section: Section[T], make: Callable[[T], Row]) -> tuple[Sequence[Row], str]:
    return [make(item) for item in section.items], _note(section)


def _note(section: Section[T]) -> str:
    parts: list[str] = []
    if section.missing:
        parts.append(_sentence(section.missing))
    if section.cut:
        parts.append(f"{fmt.count(section.cut)} more are left out.")
    if not section.items and not parts:
        parts.append("None.")
    return " ".join(parts)


def _sentence(reason: str | None) -> str:
    return f"Unavailable, because {printable(reason or 'it is not told')}."


def _fact(fact: Fact[T], write: Callable[[T], str]) -> str:
    if fact.value is not None:
        return write(fact.value)
    return "none" if fact.missing is None else f"– {printable(fact.missing)}"


def _section(section: Section[T], write: Callable[[T], str], joint: str) -> str:
    if section.items:
        return joint.join(map(write, section.items))
    return "none" if section.missing is None else f"– {printable(section.missing)}"


def _zero(value: float) -> float:
    return value if value == value else 0.0
