"""What happened, as values: marks on the time line. Knows no screen and no clock."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class MarkKind(enum.Enum):
    """What a mark is about."""

    STARTED = "started"
    """This program began to sample."""
    ASLEEP = "asleep"
    """The machine slept."""
    CLOCK = "clock stepped"
    """The system clock was set; steady time began anew."""
    SKIPPED = "not sampled"
    """Ticks were skipped: the machine or this program was too busy, or was stopped."""
    PAUSED = "paused"
    """The user paused sampling."""
    USER = "marked"
    """The user marked a moment to find it again."""
    FAMILY_OFF = "family off"
    """A family of metrics can no longer be read."""
    FAMILY_ON = "family on"
    """A family of metrics can be read again."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a host at ``time`` (seconds since 1970).

    ``seconds`` is how long it lasted, 0.0 for a moment; ``time`` is its end.
    """

    host: str
    time: float
    kind: MarkKind
    text: str
    seconds: float = 0.0
