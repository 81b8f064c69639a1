"""Python's cycle collector, on the window's thread only.

The collector runs on whichever thread allocates: on the engine's it would delete Qt objects that
belong to the window's, which Qt does not survive. So it is switched off, and the window collects
between two frames. Knows nothing of what becomes garbage.
"""

from __future__ import annotations

import gc
from time import monotonic

PACE = 5.0
"""Seconds between two looks."""


class Garbage:
    """Takes the collector over until `close`. Window's thread only."""

    def __init__(self) -> None:
        self._was_on = gc.isenabled()
        self._last = monotonic()
        gc.disable()
        # What the start has made lives until the end: never walk through it again.
        gc.freeze()

    def tidy(self) -> int | None:
        """Collect what the collector would have collected by now; the generation, None where it is not time."""
        now = monotonic()
        if now - self._last < PACE:
            return None
        self._last = now
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if limits[generation] and counts[generation] > limits[generation]:
                gc.collect(generation)
                return generation
        return None

    def close(self) -> None:
        """Collect everything here and let the collector run by itself again. Idempotent."""
        gc.unfreeze()
        gc.collect()
        if self._was_on:
            gc.enable()
