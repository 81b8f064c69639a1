"""The filter of the table as it is typed: what matches, what is wrong where, what could stand next.

A filter that is wrong changes nothing: the last one that was right stays in force. One that asks for
ports, files, containers or control groups cannot be answered here: `wanted` is to be looked up beside the
window, and what was found comes back through `take`. Knows no pixels.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import UNKNOWN as NOT_READ
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.search.completion import complete
from sysmon.pipeline.search.language import FilterError
from sysmon.pipeline.search.matching import EXPENSIVE, Match, compile_all, needs, select
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.processes import ProcessEntry


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a filter, and at which character from the start."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` replaces what stands between ``start`` and the cursor."""

    text: str
    start: int
    help: str


class _Nowhere:
    """Stands in for a look at single processes where a filter asks for none."""

    def ports(self, key: ProcessKey) -> Collection[int]:  # noqa: ARG002  # as every lookup is asked
        return ()

    def files(self, key: ProcessKey) -> Collection[str]:  # noqa: ARG002
        return ()

    def container(self, key: ProcessKey) -> str:  # noqa: ARG002
        return ""

    def cgroup(self, key: ProcessKey) -> str:  # noqa: ARG002
        return ""

    def columns(self, key: ProcessKey, column: Column) -> ColumnFigures:  # noqa: ARG002
        return NOT_READ


_NOWHERE: Final = _Nowhere()


class ProcessFilter:
    """One filter."""

    def __init__(self) -> None:
        self._moment = math.nan
        """When what is looked at was so, for ages."""
        self.text = ""
        """What is in force."""
        self.problem: Problem | None = None
        self.wanted: str | None = None
        """The text to look up for each table, None where the table itself is enough."""
        self.kernel = False
        """Whether it asks about threads of the kernel, which are not listed else."""
        self._tests: tuple[Match, ...] = ()
        self._keys: frozenset[ProcessKey] | None = None

    def set_text(self, text: str) -> bool:
        """Take what was typed; True where another filter is in force now."""
        text = text.strip()
        try:
            tests = compile_all(text, _NOWHERE, lambda: self._moment)
            fields = needs(text)
        except FilterError as error:
            self.problem = Problem(str(error), error.position)
            return False
        self.problem = None
        if text == self.text:
            return False
        self.text = text
        self.kernel = "kernel" in fields
        self.wanted = text if fields & EXPENSIVE else None
        self._keys = None
        self._tests = tests if text and self.wanted is None else ()
        return True

    def take(self, text: str, keys: frozenset[ProcessKey]) -> bool:
        """``keys`` are what the look-up of ``text`` found; False where that is not wanted any more."""
        if text != self.wanted or keys == self._keys:
            return False
        self._keys = keys
        return True

    @property
    def waiting(self) -> bool:
        """Whether nothing can be shown before the first look-up has come back."""
        return self.wanted is not None and self._keys is None

    def select(self, entries: Iterable[ProcessEntry], moment: float = math.nan) -> list[ProcessEntry]:
        """Those of ``entries`` that match, in their order.

        ``moment``: steady time of their table, by the clock of their machine, which is the one that they were started by.
        """
        self._moment = moment
        if self.wanted is None:
            return select(entries, self._tests)
        keys = self._keys or frozenset()
        return [entry for entry in entries if entry.row.key in keys]


def check(text: str) -> Problem | None:
    """What is wrong with ``text``, None where nothing is."""
    trial = ProcessFilter()
    trial.set_text(text)
    return trial.problem


def suggest(before: str, users: Iterable[str]) -> list[Suggestion]:
    """What could stand next after ``before``."""
    return [Suggestion(found.text, found.start, found.help) for found in complete(before, users)]


def unseen_words(refused: int, cut: int, trouble: str = "") -> str:
    """What a filter could not look into: processes of others, and of some not everything. Empty where it saw all."""
    parts = [trouble] if trouble else []
    if refused:
        parts.append(
            f"{fmt.counted(refused, 'process', 'processes')} of other users could not be looked into; root may"
        )
    if cut:
        parts.append(f"{fmt.counted(cut, 'process holds', 'processes hold')} too much to be looked through whole")
    return "; ".join(parts)
