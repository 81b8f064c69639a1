"""Whether a link is alive: when it is stale, when it is cut, when to ping. Data is the heartbeat.

A link is stale when the ticks that it should bring stay away for three intervals, and is cut when
nothing at all comes for six, but not within five seconds. A side that serves ticks but has none to send
pings instead, so a publisher that is paused is stale and not cut. Knows no clock.
"""

from __future__ import annotations

import math
from typing import Final

STALE_AFTER: Final = 3.0
CUT_AFTER: Final = 6.0
"""Intervals."""
CUT_SECONDS: Final = 5.0
IDLE: Final = 10.0
"""The interval of a side from which no ticks are due, in seconds."""
STUCK_LIMIT: Final = 15.0
"""Seconds in which a link must take something, where there is something to send."""
_FIRST_PINGS: Final = 8
"""The clock is measured so often, each second, when a link is new."""


class Liveness:
    """The times of one link. All methods take monotonic seconds."""

    __slots__ = ("_heard", "_ping_count", "_pinged", "_pings", "_said", "_stuck_since", "_ticked", "due", "served")

    def __init__(self, now: float, pings: bool) -> None:
        """``pings``: whether the peer answers pings; one that does not is not cut for being silent."""
        self._heard = self._ticked = self._said = now
        self._pings = pings
        self._pinged = -math.inf
        self._ping_count = 0
        self._stuck_since: float | None = None
        self.due: float | None = None
        """Seconds between ticks that should come; None where none are due."""
        self.served: float | None = None
        """Seconds between ticks that this side sends; None where it sends none."""

    def expect(self, due: float | None, now: float) -> None:
        """Ticks are due every ``due`` seconds from now on. Those that were not due before are waited for first."""
        if due != self.due:
            self.due = due
            self._ticked = now

    def heard(self, now: float) -> None:
        """Any message came."""
        self._heard = now

    def ticked(self, now: float) -> None:
        """Ticks came, or what stands for them."""
        self._ticked = now

    def said(self, now: float) -> None:
        """A message was handed to the link, which takes more."""
        self._said = now
        self._stuck_since = None

    def took(self) -> None:
        """The link takes more."""
        self._stuck_since = None

    def _interval(self) -> float:
        return IDLE if self.due is None else self.due

    def _stale_at(self) -> float:
        if self.due is None and not self._pings:
            return math.inf
        return (self._heard if self.due is None else self._ticked) + STALE_AFTER * self._interval()

    def _cut_at(self) -> float:
        if self.due is None and not self._pings:
            return math.inf
        return self._heard + max(CUT_SECONDS, CUT_AFTER * self._interval())

    def _ping_at(self) -> float:
        if not self._pings:
            return math.inf
        if self._ping_count < _FIRST_PINGS:
            return self._pinged + 1.0
        every = IDLE if self.served is None else min(IDLE, 1.5 * self.served)
        return max(self._pinged, self._said) + every

    def _stuck_at(self) -> float:
        return math.inf if self._stuck_since is None else self._stuck_since + STUCK_LIMIT

    def deadline(self, stale: bool) -> float:
        """When one of the questions below has another answer; ``stale``: that it is stale is known already."""
        return min(math.inf if stale else self._stale_at(), self._cut_at(), self._ping_at(), self._stuck_at())

    def is_stale(self, now: float) -> bool:
        return now >= self._stale_at()

    def is_dead(self, now: float) -> bool:
        return now >= self._cut_at()

    def is_stuck(self, now: float, waiting: bool) -> bool:
        """``waiting``: whether there is something to send."""
        if not waiting:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        return now >= self._stuck_at()

    def ping(self, now: float) -> bool:
        """Whether to ping now; it is taken as done."""
        if now < self._ping_at():
            return False
        self._pinged = now
        self._ping_count += 1
        return True
