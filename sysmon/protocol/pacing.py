"""How often a link that cannot keep up is served: at the wanted rate, every 2 s, every 5 s, and back. Knows no link."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

LEVELS: Final = (0.0, 2.0, 5.0)
"""Fewest seconds between ticks, by level."""
STUMBLES: Final = 3
WITHIN: Final = 30.0
"""So many gaps within so many seconds: the link is slow, not just late."""
QUICKER_AFTER: Final = 60.0
"""Seconds without a gap after which a link is tried at the next quicker level."""


class Pacing:
    """The level of one link."""

    __slots__ = ("_level", "_steady_since", "_stumbles")

    def __init__(self) -> None:
        self._level = 0
        self._stumbles: deque[float] = deque(maxlen=STUMBLES)
        self._steady_since = -math.inf

    @property
    def floor(self) -> float:
        """Fewest seconds between ticks now."""
        return LEVELS[self._level]

    def stumbled(self, now: float) -> bool:
        """The link had no room for a tick; whether it is served more slowly from now on."""
        self._stumbles.append(now)
        self._steady_since = now
        if len(self._stumbles) < STUMBLES or now - self._stumbles[0] > WITHIN or self._level == len(LEVELS) - 1:
            return False
        self._stumbles.clear()
        self._level += 1
        return True

    def passed(self, now: float) -> bool:
        """Time passed; whether the link is served more quickly from now on."""
        if not self._level or now - self._steady_since < QUICKER_AFTER:
            return False
        self._steady_since = now
        self._level -= 1
        return True
