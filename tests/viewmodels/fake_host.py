"""A host whose samples a test makes up, in a real store behind a real query."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence

from sysmon.model.metric import Series
from sysmon.model.sample import Catalog, Missing, SampleBatch
from sysmon.pipeline.query import Query
from sysmon.pipeline.ring import Column
from sysmon.pipeline.store import Store
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import Readings

BEGIN = 1_700_000_000.0
HOST = "local"


class CountingStore(Store):
    """A store that counts the rows that are asked of it."""

    rows = 0

    def columns(self, host: str, wanted: Sequence[Series], start: float, end: float) -> list[Column]:
        found = super().columns(host, wanted, start, end)
        self.rows += sum(len(column.times) for column in found)
        return found


class FakeHost:
    """Ticks when it is told to."""

    def __init__(
        self, *missing: Missing, intervals: Mapping[Series, float] | None = None, store: Store | None = None
    ) -> None:
        self.store = store or Store()
        self.query = Query(self.store)
        self.now = BEGIN
        self._missing = missing
        self._intervals = intervals or {}
        self._sequence = 0
        self._catalog = Catalog((), missing)

    def tick(self, values: Mapping[Series, float], seconds: float = 1.0, skipped: int = 0) -> None:
        """One batch with ``values``, ``seconds`` after the last; ``skipped`` ticks before it were lost."""
        self.now += seconds
        self._sequence += 1 + skipped
        members = tuple(values)
        if [s.key for s in members] != [s.key for s in self._catalog.series] or not self._sequence:
            self._catalog = Catalog(members, self._missing, tuple(self._intervals.get(s, 0.0) for s in members))
        self.store.append(SampleBatch(HOST, 1, self._sequence, self.now, self._catalog, array("d", values.values())))

    def run(self, ticks: int, made: Mapping[Series, Callable[[float], float]], seconds: float = 1.0) -> None:
        """``ticks`` batches; each series is a function of the seconds since the beginning."""
        for _ in range(ticks):
            passed = self.now + seconds - BEGIN
            self.tick({s: value(passed) for s, value in made.items()}, seconds)

    def scope(self, span: float = 60.0, *, live: bool = True) -> TimeScope:
        """The last ``span`` seconds."""
        return TimeScope(self.now - span, self.now, live)

    def readings(self, span: float = 60.0, units: Units | None = None) -> Readings:
        """Readings that look at the last ``span`` seconds."""
        readings = Readings(self.query, HOST, units or Units())
        readings.look(self.scope(span), 300)
        return readings


def steady(rate: float) -> Callable[[float], float]:
    """A counter that grows by ``rate`` each second."""
    return lambda passed: passed * rate


def level(value: float) -> Callable[[float], float]:
    """A gauge that stays."""
    return lambda _: value


def plain(text: str) -> str:
    """A formatted text with ordinary spaces, as a test is written."""
    return text.replace("\u202f", " ")
