"""That the past of a host changed, told at most every few seconds.

Who keeps what he made of old rows makes it again when this number grows. A back-fill comes in dozens of pieces: they are
told together. Knows no rows.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

EVERY: Final = 2.0
"""Fewest seconds between two times that a change of one host is told."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How often it was told that rows came late, and from when to when (seconds since 1970) those of the last time lie."""

    count: int = 0
    start: float = math.nan
    end: float = math.nan

    def concerns(self, seen: int, start: float, end: float) -> bool:
        """Whether something from ``start`` to ``end`` may have changed for somebody who saw the count ``seen``."""
        if self.count == seen:
            return False
        return self.count != seen + 1 or (self.start <= end and self.end >= start)


NOTHING: Final = Filled()


@dataclass(slots=True)
class _News:
    told: Filled = NOTHING
    at: float = -math.inf
    start: float = math.inf
    end: float = -math.inf


class Past:
    """What came late, by host."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._news: dict[str, _News] = {}

    def put(self, host: str, start: float, end: float) -> None:
        """Rows of ``host`` came late, the oldest of ``start``, the newest of ``end``."""
        news = self._news.setdefault(host, _News())
        news.start, news.end = min(news.start, start), max(news.end, end)

    def of(self, host: str) -> Filled:
        """What is told of ``host``; the same for everybody who asks."""
        news = self._news.get(host)
        if news is None:
            return NOTHING
        if news.start <= news.end and (now := self._clock()) - news.at >= EVERY:
            news.told = Filled(news.told.count + 1, news.start, news.end)
            news.at, news.start, news.end = now, math.inf, -math.inf
        return news.told

    def forget(self, host: str) -> None:
        """Drop what is known of ``host``. Idempotent."""
        self._news.pop(host, None)
