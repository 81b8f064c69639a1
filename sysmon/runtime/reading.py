"""One reading of this machine, without an engine: what it has now, and its rates over a short span.

Every family is read twice; sources that may hang are read on threads of their own and left
behind when they do not answer in time. Knows no terminal and no text.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sysmon.collectors.contract import Collector
from sysmon.collectors.processes import ProcessReader
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.host import LOCAL
from sysmon.model.metric import Kind, Series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.family import Outcome, attempt
from sysmon.pipeline.process_rates import ProcessRates, RateTable
from sysmon.pipeline.rates import latest_rate
from sysmon.pipeline.ring import Column

Timed = tuple[float, Outcome]
"""When an attempt began (monotonic seconds) and what came of it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One series with its value now and, for a counter, its rate per second over the span (NaN: unknown)."""

    series: Series
    value: float
    rate: float


@dataclass(frozen=True, slots=True)
class FamilyReading:
    """What one family answered. ``reason`` says why there are no figures at all, else it is None."""

    family: str
    figures: tuple[Figure, ...]
    missing: tuple[Missing, ...]
    reason: str | None
    unavailable: bool
    """True where this machine lacks the source, False where a source that should work did not."""
    duration: float
    """Seconds that the last attempt took."""


@dataclass(frozen=True, slots=True)
class MachineReading:
    """All families at one time, in seconds since 1970; rates are those of the ``span`` seconds before it."""

    time: float
    span: float
    families: tuple[FamilyReading, ...]
    processes: ProcessTable | None
    """None where the table was not asked for."""
    process_rates: RateTable


def read_machine(
    collectors: Sequence[Collector],
    processes: ProcessReader | None,
    span: float,
    sleep: Callable[[float], object] = time.sleep,
) -> MachineReading:
    """Read everything twice, ``span`` seconds apart; 0.0 reads once, and then nothing has a rate.

    Takes ``span`` plus, where a slow source does not answer, its limit twice. Closes nothing.
    """
    begun, wall = time.monotonic(), time.time()
    process_rates = ProcessRates()
    before: dict[str, Timed] = {}
    if span:
        before = _read_all(collectors)
        if processes is not None:
            process_rates.step(_table(processes, wall))
        sleep(max(0.0, begun + span - time.monotonic()))
    after = _read_all(collectors)
    now = wall + time.monotonic() - begun
    table = None if processes is None else _table(processes, now)
    rates = RateTable(now, math.nan) if table is None else process_rates.step(table)
    families = tuple(
        _join(collector.family, before.get(collector.family), after[collector.family]) for collector in collectors
    )
    return MachineReading(now, span, families, table, rates)


def _read_all(collectors: Sequence[Collector]) -> dict[str, Timed]:
    """One attempt for each family; those with a pace of their own beside each other."""
    answers: queue.SimpleQueue[tuple[str, Timed]] = queue.SimpleQueue()

    def read(collector: Collector) -> None:
        begun = time.monotonic()
        answers.put((collector.family, (begun, attempt(collector))))

    slow = [collector for collector in collectors if collector.pace.interval]
    started = time.monotonic()
    for collector in slow:
        # A daemon: one that hangs in the kernel must not keep the program from ending.
        threading.Thread(target=read, args=(collector,), name=f"read-{collector.family}", daemon=True).start()
    for collector in collectors:
        if not collector.pace.interval:
            read(collector)
    limits = {collector.family: collector.pace.limit for collector in slow}
    found: dict[str, Timed] = {}
    while len(found) < len(collectors):
        waiting = [limit for family, limit in limits.items() if family not in found]
        try:
            left = started + max(waiting, default=0.0) - time.monotonic()
            family, timed = answers.get(timeout=max(0.0, left))
        except queue.Empty:
            break
        found[family] = timed
    for family, limit in limits.items():
        reason = f"it did not answer within {limit:g} s"
        found.setdefault(family, (started, Outcome(None, reason, False, time.monotonic() - started)))
    return found


def _table(processes: ProcessReader, now: float) -> ProcessTable:
    try:
        return processes.read(LOCAL, now, True)
    except (CollectorUnavailable, CollectorFailed, OSError) as error:
        return ProcessTable(LOCAL, now, {}, (Missing("processes", str(error)),))


def _join(family: str, before: Timed | None, after: Timed) -> FamilyReading:
    when, outcome = after
    if outcome.reading is None:
        return FamilyReading(family, (), (), outcome.reason, outcome.unavailable, outcome.duration)
    old: dict[Series, float] = {}
    passed = math.nan
    if before is not None and before[1].reading is not None:
        old = dict(zip(before[1].reading.series, before[1].reading.values, strict=True))
        passed = when - before[0]
    figures = tuple(
        Figure(series, value, _rate(series, old.get(series, math.nan), value, passed))
        for series, value in zip(outcome.reading.series, outcome.reading.values, strict=True)
    )
    return FamilyReading(family, figures, outcome.reading.missing, None, False, outcome.duration)


def _rate(series: Series, old: float, new: float, passed: float) -> float:
    if series.metric.kind is Kind.GAUGE or not passed > 0.0:
        return math.nan
    return latest_rate(Column(array("d", (0.0, passed)), array("d", (old, new))))
