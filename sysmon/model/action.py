"""What can be done to a process, and what came of it. Values only."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sysmon.model.process import ProcessKey


class Trouble(enum.Enum):
    """Why an action was not done."""

    GONE = "gone"
    """The process ended, or its PID belongs to another one now."""
    GUARDED = "guarded"
    """Doing it would take the session or this program down."""
    NOT_PERMITTED = "not permitted"
    """The user's rights do not allow it; with more rights it would work."""
    UNSUPPORTED = "unsupported"
    """This system cannot do it."""
    FAILED = "failed"
    """The system refused for another reason."""


@dataclass(frozen=True, slots=True)
class Target:
    """A process that something is to be done to, as it was seen."""

    key: ProcessKey
    name: str
    kernel: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one action on one process. ``trouble`` is None exactly where it was done."""

    target: Target
    action: str
    """What was to be done, as a verb with its object: "end", "set nice to 5"."""
    trouble: Trouble | None = None
    reason: str = ""
    """What happened and what to do, for the user."""

    @property
    def done(self) -> bool:
        return self.trouble is None


@dataclass(frozen=True, slots=True)
class End:
    """Ask to end (SIGTERM): it may save its work, or refuse."""


@dataclass(frozen=True, slots=True)
class Kill:
    """End at once (SIGKILL)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Hold until it is continued."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let what was stopped go on."""


@dataclass(frozen=True, slots=True)
class SendSignal:
    """Send a signal by its name ("SIGHUP")."""

    name: str


@dataclass(frozen=True, slots=True)
class SetNice:
    """-20 (most favoured) to 19."""

    nice: int


@dataclass(frozen=True, slots=True)
class SetIoPriority:
    """``io_class`` is none, realtime, best-effort or idle; ``level`` 0 (highest) to 7."""

    io_class: str
    level: int = 4


@dataclass(frozen=True, slots=True)
class SetAffinity:
    """Run on these CPUs only."""

    cpus: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Limit the control group: CPUs and bytes; None leaves a side as it is, infinity lifts it."""

    cpu: float | None = None
    memory: float | None = None


Action = End | Kill | Stop | Resume | SendSignal | SetNice | SetIoPriority | SetAffinity | SetLimit
"""What can be asked for; one action for any number of targets."""
