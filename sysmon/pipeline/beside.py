"""Reading slow families beside the tick, so that none of them can delay it.

One worker thread reads them in turn. A family that does not answer within its limit is switched
off, its worker is left behind with it, and a new worker reads the others; the family is tried
again when its read came back after all. So a hung mount or driver costs one thread, no tick.
Knows nothing of batches.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from sysmon.pipeline.family import Family, Outcome, attempt
from sysmon.pipeline.worker import Worker


class BesideReader:
    """Reads families with an interval of their own. Call `poll` and `close` on one thread."""

    def __init__(self, families: Sequence[Family], monotonic: Callable[[], float]) -> None:
        self.families = tuple(families)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._finished: deque[tuple[Family, Outcome]] = deque()
        self._waiting: deque[Family] = deque()
        self._current: Family | None = None
        self._since = 0.0
        self._generation = 0
        """Grows when a worker is left behind: what an older one finds to do is no longer its business."""
        self._worker: Worker | None = None
        self._stuck: set[Family] = set()

    @property
    def stuck(self) -> int:
        """Reads that hang, each in a thread that was left behind."""
        return len(self._stuck)

    def poll(self, wanted: Callable[[Family], bool]) -> list[Family]:
        """Take what was finished, give up what hangs, begin what is due. Never blocks.

        Returns the families that went on or off.
        """
        now = self._monotonic()
        changed = self._take_finished(now)
        with self._lock:
            hung = self._current
            if hung is None or now - self._since <= hung.limit:
                hung = None
            else:
                self._generation += 1
                self._current = None
        if hung is not None:
            changed.append(self._leave_behind(hung, now))
        self._begin(now, wanted)
        return changed

    def _take_finished(self, now: float) -> list[Family]:
        changed: list[Family] = []
        with self._lock:
            finished = list(self._finished)
            self._finished.clear()
        for family, outcome in finished:
            if family in self._stuck:
                # It came back after all. What it read is old; it is tried again when it is due.
                self._stuck.discard(family)
            elif family.take(outcome, now):
                changed.append(family)
        return changed

    def _leave_behind(self, family: Family, now: float) -> Family:
        self._stuck.add(family)
        assert self._worker is not None
        self._worker.close(0.0)
        self._worker = None
        family.switch_off(f"did not answer within {family.limit:g} s", now, unavailable=False)
        return family

    def _begin(self, now: float, wanted: Callable[[Family], bool]) -> None:
        due = [f for f in self.families if f.due <= now and f not in self._stuck and wanted(f)]
        if not due:
            return
        with self._lock:
            # A family stays "due" until its reading is taken: do not queue it twice.
            busy = {*self._waiting, self._current, *(family for family, _ in self._finished)}
            new = [family for family in due if family not in busy]
            idle = self._current is None and not self._waiting
            self._waiting.extend(new)
            start = bool(self._waiting) and (idle or self._worker is None)
            generation = self._generation
        if start:
            if self._worker is None:
                self._worker = Worker("sysmon-slow-reader")
            self._worker.submit(lambda: self._read_all(generation))

    def _read_all(self, generation: int) -> None:
        """Runs on the worker: read what waits, until nothing does or this worker was left behind."""
        while True:
            with self._lock:
                if generation != self._generation or not self._waiting:
                    return
                family = self._current = self._waiting.popleft()
                self._since = self._monotonic()
            outcome = attempt(family.collector, family.series)
            with self._lock:
                self._finished.append((family, outcome))
                if generation != self._generation:
                    return
                self._current = None

    def close(self, limit: float = 1.0) -> bool:
        """End the worker and close the families' sources; True where nothing hangs any more."""
        with self._lock:
            self._waiting.clear()
        ended = self._worker.close(limit) if self._worker is not None else True
        self._worker = None
        for family in self.families:
            # A source that is being read in a thread left behind must not be closed under it.
            if family not in self._stuck and (ended or family is not self._current):
                family.collector.close()
        return ended and not self._stuck
