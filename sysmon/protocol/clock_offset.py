"""How far a peer's clock is ahead of ours, from the best of the last eight exchanges.

Four stamps (RFC 5905, section 8): sent here, received there, sent there, received here. Half of the round trip
bounds the error, so the exchange with the smallest one counts. Knows no clock itself.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

KEPT: Final = 8
ALARMING: Final = 1.0
"""Seconds of offset that are worth telling."""


class Exchange(NamedTuple):
    """One ping and its answer, in seconds."""

    round_trip: float
    offset: float
    """By how much the peer's clock is ahead."""


class ClockOffset:
    """The last exchanges of one link."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)

    def add(self, origin: float, received: float, sent: float, returned: float) -> bool:
        """Take the stamps of one exchange; False where they make no sense and are left out."""
        round_trip = (returned - origin) - (sent - received)
        offset = ((received - origin) + (sent - returned)) / 2.0
        if not (math.isfinite(round_trip) and math.isfinite(offset)) or round_trip < 0.0 or sent < received:
            return False
        self._exchanges.append(Exchange(round_trip, offset))
        return True

    def __len__(self) -> int:
        return len(self._exchanges)

    @property
    def best(self) -> Exchange | None:
        """The exchange with the smallest round trip; None before the first."""
        return min(self._exchanges, default=None)

    @property
    def alarming(self) -> bool:
        """True where the clocks differ by more than the error of the measurement and `ALARMING`."""
        best = self.best
        return best is not None and abs(best.offset) - best.round_trip / 2.0 > ALARMING
