"""The life of a process as far as it was seen: when it began, when and how it ended. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Life:
    """One process that began, ended, or both, while somebody watched."""

    pid: int
    name: str
    """What it ran last; its parent's name where it ended before it ran anything of its own."""
    parent: int
    """PID of the parent, 0 where unknown."""
    parent_name: str
    began: float | None
    """Steady time in seconds since 1970; None where it began before anybody watched."""
    ended: float | None
    """None while it lives."""
    exit_code: int | None = None
    """What it ended with, None where that is not known or a signal ended it."""
    signal: int | None = None
    """The number of the signal that ended it, None where none did or that is not known."""

    @property
    def lifetime(self) -> float | None:
        """Seconds from beginning to end, where both were seen."""
        return self.ended - self.began if self.began is not None and self.ended is not None else None
