"""The sampler: reads this machine at absolute deadlines and publishes one batch a tick.

A tick that comes late is not made up for: it is skipped, counted, and leaves a hole in the
sequence. Reading happens on one thread of its own, slow families beside it; the loop only waits
and publishes. Knows no store, no screen and no peer.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sysmon.collectors.contract import Collector
from sysmon.model import names
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.events import Mark, MarkKind
from sysmon.model.metric import Series, series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, Missing, SampleBatch
from sysmon.pipeline.beside import BesideReader
from sysmon.pipeline.clock import Interruption, SteadyClock
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES, Demand
from sysmon.pipeline.family import RETRY_FAILED, Family, attempt
from sysmon.pipeline.worker import Worker

log = logging.getLogger(__name__)

_SETTLE = 0.25
"""Intervals at least between the reading at the start and the first tick of the grid."""
FASTEST, SLOWEST = 0.25, 10.0
"""Bounds of the interval, in seconds."""


class ProcessSource(Protocol):
    """Reads the process table of this machine."""

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick read: a batch, perhaps a process table, and what changed."""

    batch: SampleBatch
    table: ProcessTable | None
    marks: tuple[Mark, ...]


class Sampler:
    """Samples one host. `run` is the task; everything else may be called from the loop's thread."""

    def __init__(
        self,
        host: str,
        collectors: Sequence[Collector],
        processes: ProcessSource | None,
        demand: Demand,
        clock: SteadyClock,
        publish: Callable[[object], None],
        interval: float = 1.0,
    ) -> None:
        """``publish`` gets `SampleBatch`, `ProcessTable` and `Mark` events, on the loop."""
        self._host = host
        self._families = [Family(collector) for collector in collectors]
        self._quick = [family for family in self._families if not family.interval]
        self._beside = BesideReader([family for family in self._families if family.interval], time.monotonic)
        self._processes = processes
        self._process_read = -math.inf
        self._process_retry = -math.inf
        self._demand = demand
        self._clock = clock
        self._publish = publish
        self._interval = interval
        self._wake = asyncio.Event()
        self._paused = False
        self._lateness = 0.0
        self._skipped = 0
        self._sequence = 0
        self._layout: tuple[object, ...] = ()
        self._catalog = Catalog(())
        judged = (names.COLLECT_DURATION, names.COLLECT_SUCCESS)
        self._own = (
            *(series(metric, family.name) for family in self._families for metric in judged),
            series(names.TICK_LATENESS),
            series(names.TICKS_SKIPPED),
        )

    @property
    def interval(self) -> float:
        """Seconds between ticks."""
        return self._interval

    @property
    def skipped(self) -> int:
        """Ticks skipped so far because the one before was still being read."""
        return self._skipped

    def set_interval(self, interval: float) -> None:
        """Tick every ``interval`` seconds from the next tick on. Raises ValueError outside the bounds."""
        if not FASTEST <= interval <= SLOWEST:
            raise ValueError(f"interval must be {FASTEST:g} to {SLOWEST:g} s, not {interval:g}")
        self._interval = interval
        self._wake.set()

    def set_paused(self, paused: bool) -> None:
        """Stop or go on reading. Rows of the pause are missing, and say so."""
        self._paused = paused
        self._wake.set()

    async def run(self) -> None:
        """Tick until cancelled; then the reading thread is ended, within about two seconds."""
        loop = asyncio.get_running_loop()
        worker = Worker("sysmon-sampler")
        # The grid starts on a whole interval of wall time, so that machines tick together.
        origin = loop.time() - self._clock.now() % self._interval
        grid = self._interval
        try:
            self._publish(Mark(self._host, self._clock.now(), MarkKind.STARTED, "sysmon began to watch"))
            if not self._paused:
                # At once, so that the first tick of the grid has rates. Too close to it they would be noise.
                self._emit(await worker.call(self._read))
            tick = math.ceil((loop.time() - origin) / grid + _SETTLE)
            while True:
                if grid != self._interval:
                    grid = self._interval
                    origin = loop.time()
                    tick = 1
                deadline = origin + tick * grid
                if not await self._reached(deadline):
                    continue
                self._lateness = loop.time() - deadline
                self._emit(await worker.call(self._read))
                # After the work: the next deadline that is still ahead. Those before it are lost, not late.
                following = max(tick + 1, math.ceil((loop.time() - origin) / grid))
                self._skip(following - tick - 1)
                tick = following
        finally:
            worker.submit(self._close_sources)
            worker.close(1.0)

    async def _reached(self, deadline: float) -> bool:
        """Wait for ``deadline``: True when it came, False when interval or pause changed meanwhile."""
        self._wake.clear()
        if self._paused:
            await self._pause()
            return False
        try:
            async with asyncio.timeout_at(deadline):
                await self._wake.wait()
        except TimeoutError:
            return True
        return False

    async def _pause(self) -> None:
        begun = self._clock.now()
        while self._paused:
            self._wake.clear()
            await self._wake.wait()
        now = self._clock.now()
        self._sequence += 1
        self._publish(Mark(self._host, now, MarkKind.PAUSED, "paused by the user", now - begun))

    def _skip(self, ticks: int) -> None:
        if ticks <= 0:
            return
        self._skipped += ticks
        self._sequence += ticks
        log.debug("%d ticks skipped", ticks)
        text = f"{ticks} ticks skipped: the machine was too busy" if ticks > 1 else "a tick was skipped: too busy"
        self._publish(Mark(self._host, self._clock.now(), MarkKind.SKIPPED, text, ticks * self._interval))

    def _emit(self, tick: Tick) -> None:
        for mark in tick.marks:
            self._publish(mark)
        self._publish(tick.batch)
        if tick.table is not None:
            self._publish(tick.table)

    def _wanted(self, family: Family) -> bool:
        return self._demand.interval(self._host, family.name) is not None

    def _read(self) -> Tick:
        """Runs on the sampler's thread."""
        interruption = self._clock.interruption()
        steady = self._clock.now()
        now = time.monotonic()
        changed = self._beside.poll(self._wanted)
        for family in self._quick:
            if (
                family.due <= now
                and self._wanted(family)
                and family.take(attempt(family.collector, family.series), now)
            ):
                changed.append(family)
        marks = [self._mark_family(family, steady) for family in changed]
        if interruption is not None:
            self._sequence = 0
            marks.append(_mark_interruption(self._host, steady, interruption))
        batch = self._batch(steady, now)
        return Tick(batch, self._read_processes(steady, now), tuple(marks))

    def _mark_family(self, family: Family, steady: float) -> Mark:
        if family.reason is None:
            return Mark(self._host, steady, MarkKind.FAMILY_ON, f"{family.name} can be read again")
        return Mark(self._host, steady, MarkKind.FAMILY_OFF, f"{family.name} is off: {family.reason}")

    def _batch(self, steady: float, now: float) -> SampleBatch:
        values = array("d")
        for family in self._families:
            if family.series:
                values.extend(family.values(now))
        for family in self._families:
            values.append(round(family.duration, 5))  # to the declared scale, so that it travels as a whole number
            values.append(1.0 if family.working else 0.0)
        values.append(round(self._lateness, 4))
        values.append(float(self._skipped))
        self._sequence += 1
        return SampleBatch(self._host, self._clock.epoch, self._sequence, steady, self._catalog_now(), values)

    def _catalog_now(self) -> Catalog:
        """The catalog of the present layout; the same object while nothing changed."""
        layout: list[object] = []
        for family in self._families:
            layout.append(family.series)
            layout.append(family.missing)
        if len(layout) == len(self._layout) and all(
            a is b or a == b for a, b in zip(layout, self._layout, strict=True)
        ):
            return self._catalog
        self._layout = tuple(layout)
        members: list[Series] = []
        intervals: list[float] = []
        missing: list[Missing] = []
        for family in self._families:
            members.extend(family.series)
            intervals.extend([family.interval] * len(family.series))
            missing.extend(family.missing)
        members.extend(self._own)
        intervals.extend([0.0] * len(self._own))
        self._catalog = Catalog(tuple(members), tuple(missing), tuple(intervals))
        return self._catalog

    def _read_processes(self, steady: float, now: float) -> ProcessTable | None:
        if self._processes is None or (wanted := self._demand.interval(self._host, PROCESSES)) is None:
            return None
        # A tenth of a tick early is on time: the grid of ticks and this one never quite meet. Counted from the last
        # reading, not to the next: whoever wants it sooner than those before does not wait for what they wanted.
        if now < self._process_retry or now - self._process_read < max(wanted, self._interval) - self._interval * 0.1:
            return None
        self._process_read = now
        with_io = self._demand.interval(self._host, PROCESS_IO) is not None
        begun = time.thread_time()
        try:
            table = self._processes.read(self._host, steady, with_io)
            return replace(table, cost=time.thread_time() - begun)
        except (CollectorUnavailable, CollectorFailed, OSError) as error:
            self._process_retry = now + RETRY_FAILED[0]
            return ProcessTable(self._host, steady, {}, (Missing(PROCESSES, str(error)),))

    def _close_sources(self) -> None:
        for family in self._quick:
            family.collector.close()
        self._beside.close()
        if self._processes is not None:
            self._processes.close()


def _mark_interruption(host: str, time: float, found: Interruption) -> Mark:
    if found.kind == "asleep":
        return Mark(host, time, MarkKind.ASLEEP, f"the machine slept for {found.seconds:.0f} s", found.seconds)
    ahead = "ahead" if found.seconds > 0 else "back"
    return Mark(host, time, MarkKind.CLOCK, f"the system clock was set {ahead} by {abs(found.seconds):.0f} s")
