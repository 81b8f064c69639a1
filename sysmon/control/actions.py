"""The actions: signals, nice, I/O priority, affinity. One process each; each answers what came of it.

Identity is checked while the process is held, guards before. Blocking, but short; any thread.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from typing import Final

import psutil

from sysmon.control.guards import guard
from sysmon.control.held import GoneError, Held, held
from sysmon.model.action import Outcome, Target, Trouble

SIGNALS: Final[dict[str, int]] = {
    found.name: found.value for found in signal.Signals if not found.name.startswith("SIGRT")
}
"""Every signal that this system has a name for."""
IO_CLASSES: Final = ("none", "realtime", "best-effort", "idle")
"""Classes of I/O priority by their number (ioprio_set(2))."""
_CALMING: Final = frozenset({"SIGCONT"})
"""Signals that harm nobody, so that guards do not apply."""


def send_signal(target: Target, name: str) -> Outcome:
    """Send the signal ``name`` ("SIGTERM"). Raises KeyError where there is no such signal."""
    number = SIGNALS[name]
    return _do(target, f"send {name}", lambda process: process.send(number), guarded=name not in _CALMING)


def end(target: Target) -> Outcome:
    """Ask the process to end (SIGTERM): it may save its work, or refuse."""
    return _do(target, "end", lambda process: process.send(signal.SIGTERM))


def kill(target: Target) -> Outcome:
    """End the process at once (SIGKILL): it cannot refuse, and what it has not saved is lost."""
    return _do(target, "kill", lambda process: process.send(getattr(signal, "SIGKILL", signal.SIGTERM)))


def stop(target: Target) -> Outcome:
    """Hold the process (SIGSTOP) until it is continued."""
    return _do(target, "stop", lambda process: process.process.suspend())


def resume(target: Target) -> Outcome:
    """Let a stopped process go on (SIGCONT)."""
    return _do(target, "continue", lambda process: process.process.resume(), guarded=False)


def set_nice(target: Target, nice: int) -> Outcome:
    """Set the nice value, -20 (most favoured) to 19. Raises ValueError outside of that."""
    if not -20 <= nice <= 19:
        raise ValueError(f"nice is -20 to 19, not {nice}")
    return _do(target, f"set nice to {nice}", lambda process: process.process.nice(nice))


def set_io_priority(target: Target, io_class: str, level: int = 4) -> Outcome:
    """Set class and level (0 highest to 7) of I/O priority. Raises ValueError for what does not exist."""
    if io_class not in IO_CLASSES or not 0 <= level <= 7:
        raise ValueError(f"I/O priority is one of {', '.join(IO_CLASSES)} and a level of 0 to 7")
    text = f"set I/O priority to {io_class}" + (f" {level}" if io_class in ("realtime", "best-effort") else "")
    if not hasattr(psutil.Process, "ionice"):
        return Outcome(target, text, Trouble.UNSUPPORTED, "this system has no I/O priorities")
    number = IO_CLASSES.index(io_class)

    def change(process: Held) -> None:
        if io_class in ("realtime", "best-effort"):
            process.process.ionice(number, level)
        else:
            process.process.ionice(number)

    return _do(target, text, change)


def set_affinity(target: Target, cpus: Collection[int]) -> Outcome:
    """Let the process run on ``cpus`` only. Raises ValueError where there are none."""
    if not cpus:
        raise ValueError("a process needs at least one CPU")
    wanted = sorted(set(cpus))
    text = f"run on CPU {', '.join(map(str, wanted))} only"
    if not hasattr(psutil.Process, "cpu_affinity"):
        return Outcome(target, text, Trouble.UNSUPPORTED, "this system does not bind processes to CPUs")
    return _do(target, text, lambda process: process.process.cpu_affinity(wanted))


def _do(target: Target, action: str, change: Callable[[Held], object], guarded: bool = True) -> Outcome:
    refusal = guard(target) if guarded else None
    if refusal is not None:
        return Outcome(target, action, Trouble.GUARDED, refusal)
    try:
        with held(target.key) as process:
            change(process)
    except (GoneError, ProcessLookupError, psutil.NoSuchProcess) as error:
        reason = str(error) if isinstance(error, GoneError) else f"{target.name} ({target.key.pid}) has ended"
        return Outcome(target, action, Trouble.GONE, reason)
    except (PermissionError, psutil.AccessDenied):
        return Outcome(target, action, Trouble.NOT_PERMITTED, _rights(target, action))
    except (OSError, ValueError, psutil.Error) as error:
        return Outcome(target, action, Trouble.FAILED, f"the system refused: {error}")
    return Outcome(target, action)


def _rights(target: Target, action: str) -> str:
    who = f"{target.name} ({target.key.pid})"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return f"the system does not let even root {action} for {who}"
    return f"{who} belongs to another user, or this needs more rights; an administrator may do it"
