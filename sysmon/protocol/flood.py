"""How much a peer may say: many small messages, or fewer large ones, but not more than a link ever needs. Knows no clock."""

from __future__ import annotations

import math
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason

RATE: Final = 4000.0
"""Messages a second, each quarter of a KiB counting as one more, that are too many over `SECONDS`."""
SECONDS: Final = 20.0


class Flood:
    """What came over one link lately."""

    __slots__ = ("_at", "_load")

    def __init__(self) -> None:
        self._load = 0.0
        self._at = -math.inf

    def count(self, size: int, now: float) -> None:
        """A message of ``size`` bytes came at ``now``. Raises RemoteProtocolError where it is one too many."""
        self._load = max(0.0, self._load - (now - self._at) * RATE) + 1.0 + size / 256
        self._at = now
        if self._load > RATE * SECONDS:
            raise RemoteProtocolError("too much at once", Reason.TOO_FAST)
