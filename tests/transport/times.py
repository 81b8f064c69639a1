"""A clock for links that tests step."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class SteppedTimer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class SteppedTimes:
    """See `rounds.Times`."""

    def __init__(self) -> None:
        self._now = 1000.0
        self.wall_ahead = 1.7e9
        self._heap: list[tuple[float, int, SteppedTimer]] = []
        self._count = itertools.count()

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._now + self.wall_ahead

    def at(self, when: float, call: Callable[[], None]) -> SteppedTimer:
        timer = SteppedTimer(call)
        heapq.heappush(self._heap, (when, next(self._count), timer))
        return timer

    @property
    def timers(self) -> int:
        return sum(timer.call is not None for _, _, timer in self._heap)

    def step(self, seconds: float) -> None:
        """Let time pass, and call what is due, in order."""
        until = self._now + seconds
        while self._heap and self._heap[0][0] <= until:
            when, _, timer = heapq.heappop(self._heap)
            self._now = max(self._now, when)
            call, timer.call = timer.call, None
            if call is not None:
                call()
        self._now = until
