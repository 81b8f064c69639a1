"""A clock that moves when a test says so."""

from __future__ import annotations


class HandClock:
    """Seconds; call it for the time, `pass_by` to let time go by."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
