"""The panel beside the table: one process with its past, its facts, and the way up to its parents.

Most of it comes from the row that the table has anyway, so it is there at once; what has to be read
apart is filled in when it has come. Knows no pixels and reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_details import Fact, ProcessFacts, Section
from sysmon.model.process_tab import TabAnswer
from sysmon.pipeline.process_history import Trace
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import FactView, TimeScope
from sysmon.viewmodels.process_plots import CaptionedPlot, ProcessPlots
from sysmon.viewmodels.processes import ProcessEntry

_MOST_PARENTS: Final = 12
READING: Final = "being read"


@dataclass(frozen=True, slots=True)
class Kin:
    """A parent or child to go to."""

    key: ProcessKey
    text: str


@dataclass(frozen=True, slots=True)
class PanelView:
    """The panel at one moment."""

    key: ProcessKey
    title: str
    note: str
    """The PID, and that it has ended where it has."""
    subtitle: str
    """What it runs."""
    plots: tuple[CaptionedPlot, ...]
    facts: tuple[FactView, ...]
    parents: tuple[Kin, ...]
    """The first process of the system first, the parent last."""
    children: tuple[Kin, ...]


class PanelModel:
    """Makes the panel for one process. Take a new one for another."""

    def __init__(self, units: Units, entry: ProcessEntry) -> None:
        self.units = units
        self._entry = entry
        self._plots = ProcessPlots()
        self._facts: ProcessFacts | None = None
        self._files: tuple[int, str | None] | None = None
        """How many there are, and why that is not all."""
        self._missing = READING
        self.ended = False

    @property
    def key(self) -> ProcessKey:
        return self._entry.key

    @property
    def entry(self) -> ProcessEntry:
        """The process as it was seen last."""
        return self._entry

    def take_facts(self, answer: TabAnswer) -> None:
        """Show what was read of it from now on."""
        self.ended = self.ended or answer.gone
        if isinstance(answer.details, ProcessFacts):
            self._facts = answer.details
        else:
            self._missing = answer.missing or READING

    def take_files(self, answer: TabAnswer) -> None:
        """Count the files that were read."""
        if isinstance(answer.details, Section):
            self._files = (len(answer.details.items) + answer.details.cut, answer.details.missing)

    def view(self, scope: TimeScope, entries: Mapping[int, ProcessEntry], trace: Trace | None) -> PanelView:
        """The panel, with what ``entries`` (all processes by PID) tell now."""
        now = entries.get(self.key.pid)
        if now is not None and now.key == self.key:
            self._entry = now
        elif entries:
            self.ended = True
        row = self._entry.row
        shared = "" if self._facts is None or self._facts.memory.value is None else f"{self.units.size(self._facts.memory.value.shared)} shared"  # fmt: skip
        pid = self.key.pid
        children = [e for e in entries.values() if e.row[1] == pid and e.key != self.key]
        return PanelView(
            self.key,
            printable(row.name) or "unnamed",
            f"{self.key.pid} · ended" if self.ended else str(self.key.pid),
            _subtitle(printable(row.command), row.name),
            self._plots.plots(trace, scope, self.units, shared),
            self._fact_views(scope.end, entries),
            tuple(_kin(e) for e in reversed(parents_of(entries, self._entry))),
            tuple(_kin(e) for e in children[:_MOST_PARENTS]),
        )

    def _fact_views(self, now: float, entries: Mapping[int, ProcessEntry]) -> tuple[FactView, ...]:
        row, facts = self._entry.row, self._facts
        parent = entries.get(row.parent)
        age = max(0.0, now - row.key.start)
        files = FactView("Open files", "–", reason=self._missing)
        if self._files is not None:
            count, reason = self._files
            files = FactView("Open files", "–" if reason else fmt.count(count), reason=reason)
        group: Fact[str] = Fact(missing=self._missing)
        container: Fact[str] = Fact(missing=self._missing)
        if facts is not None:
            value = facts.cgroup.value
            group = Fact(None if value is None else value.path, facts.cgroup.missing)
            held = facts.container.value
            container = Fact(None if held is None else held.name, facts.container.missing)
        return (
            _command(row, facts),
            FactView("Started", f"{fmt.clock(row.key.start)}, {fmt.ago(age)}"),
            FactView("Parent", "none" if parent is None else f"{printable(parent.row.name)} ({parent.key.pid})"),
            FactView("User", printable(row.user)),
            FactView("Threads", fmt.count(row.threads)),
            files,
            FactView("Nice", str(row.nice)),
            FactView("CPU time", fmt.duration(row.cpu_time)),
            _fact_view("Control group", Fact(_short_group(group.value), group.missing)),
            _fact_view("Container", container),
        )


def parents_of(entries: Mapping[int, ProcessEntry], entry: ProcessEntry) -> list[ProcessEntry]:
    """The parent first, then its own, as far as they are known; circles end where they close."""
    found: list[ProcessEntry] = []
    seen = {entry.key.pid}
    at = entries.get(entry.row.parent)
    while at is not None and at.key.pid not in seen and len(found) < _MOST_PARENTS:
        found.append(at)
        seen.add(at.key.pid)
        at = entries.get(at.row.parent)
    return found


def _kin(entry: ProcessEntry) -> Kin:
    return Kin(entry.key, f"{printable(entry.row.name) or 'unnamed'} ({entry.key.pid})")


def _command(row: ProcessRow, facts: ProcessFacts | None) -> FactView:
    """The command line; of another machine it may be that only the facts say why there is none."""
    if not row.command and facts is not None and facts.arguments.missing:
        return FactView("Command", "–", reason=facts.arguments.missing)
    return FactView("Command", printable(row.command) or "none")


def _fact_view(label: str, fact: Fact[str]) -> FactView:
    if fact.missing is not None:
        return FactView(label, "–", reason=fact.missing)
    return FactView(label, printable(fact.value) if fact.value else "none")


def _short_group(path: str | None) -> str | None:
    """The first and the last part of a long path: "user.slice/…/vte-spawn.scope"."""
    parts = [part for part in (path or "").split("/") if part]
    if path is None or len(parts) <= 2:
        return path
    return f"{parts[0]}/…/{parts[-1]}"


def _subtitle(command: str, name: str) -> str:
    """The command line where it says more than the name."""
    return "" if command in ("", name) else command
