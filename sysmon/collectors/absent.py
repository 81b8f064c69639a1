"""A family that this operating system does not have at all: says why, wherever families are listed."""

from __future__ import annotations

from typing import NoReturn

from sysmon.collectors.contract import Pace
from sysmon.model.errors import CollectorUnavailable

_HOUR = 3600.0


class AbsentCollector:
    """Answers every reading with the reason why there is none."""

    pace = Pace(interval=_HOUR)

    def __init__(self, family: str, reason: str) -> None:
        self.family = family
        self._reason = reason

    def read(self) -> NoReturn:
        """Raises CollectorUnavailable, always."""
        raise CollectorUnavailable(self._reason)

    def close(self) -> None:
        """Nothing is kept open."""
