"""Steady wall time: the wall clock at the start of an epoch plus monotonic time since.

Within an epoch it never runs backwards and never jumps. A step of the system clock, or the
machine's sleep, is noticed here; what follows from it is decided by the sampler.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Time as the pipeline needs it. Tests bring their own."""

    def monotonic(self) -> float:
        """Seconds that only grow; not counting sleep of the machine."""
        ...

    def boottime(self) -> float:
        """Seconds that only grow; counting sleep of the machine where the system can tell."""
        ...

    def wall(self) -> float:
        """Seconds since 1970 as the system believes now."""
        ...


class SystemClock:
    """The clocks of this machine."""

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        # CLOCK_BOOTTIME goes on during suspend (clock_gettime(2)); elsewhere nothing tells us.
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def wall(self) -> float:
        return time.time()


STEP_LIMIT = 1.0
"""Wall clock against steady time, in seconds: beyond this the clock was stepped, not slewed."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """Time that passed in another way than second by second."""

    kind: str
    """"asleep" or "clock stepped"."""
    seconds: float
    """How long the machine slept, or by how much the wall clock moved."""


class SteadyClock:
    """Steady wall time, and what interrupted it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin()

    def _begin(self) -> None:
        self._monotonic = self._clock.monotonic()
        self._boottime = self._clock.boottime()
        self._wall = self._clock.wall()
        self.epoch = int(self._wall * 1000)
        """Milliseconds since 1970 at which the epoch began: new epochs are always greater."""

    def now(self) -> float:
        """Seconds since 1970; grows evenly within an epoch."""
        return self._wall + (self._clock.monotonic() - self._monotonic)

    def interruption(self) -> Interruption | None:
        """Look whether the machine slept or its clock was stepped; if so, begin a new epoch.

        The new epoch is greater than every one before, also when the clock was set back.
        """
        awake = self._clock.monotonic() - self._monotonic
        passed = self._clock.boottime() - self._boottime
        moved = self._clock.wall() - (self._wall + passed)
        asleep = passed - awake
        if asleep > STEP_LIMIT:
            found = Interruption("asleep", asleep)
        elif abs(moved) > STEP_LIMIT:
            found = Interruption("clock stepped", moved)
        else:
            return None
        last = self.epoch
        self._begin()
        self.epoch = max(self.epoch, last + 1)
        return found
