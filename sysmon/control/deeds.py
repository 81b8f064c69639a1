"""One door to every action: a value that says what is wanted, an outcome that says what came of it.

Knows no thread and no log.
"""

from __future__ import annotations

from sysmon.control import actions
from sysmon.control.limits import Limit, set_limit
from sysmon.model.action import (
    Action,
    End,
    Kill,
    Outcome,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
    Target,
    Trouble,
)


def perform(target: Target, action: Action) -> Outcome:
    """Do ``action`` to ``target``. A value that does not exist is a failed outcome, not an error."""
    try:
        return _perform(target, action)
    except (KeyError, ValueError) as error:
        return Outcome(target, "act", Trouble.FAILED, f"there is no such value: {error}")


def _perform(target: Target, action: Action) -> Outcome:
    match action:
        case End():
            return actions.end(target)
        case Kill():
            return actions.kill(target)
        case Stop():
            return actions.stop(target)
        case Resume():
            return actions.resume(target)
        case SendSignal(name):
            return actions.send_signal(target, name)
        case SetNice(nice):
            return actions.set_nice(target, nice)
        case SetIoPriority(io_class, level):
            return actions.set_io_priority(target, io_class, level)
        case SetAffinity(cpus):
            return actions.set_affinity(target, cpus)
        case SetLimit(cpu, memory):
            return set_limit(target, Limit(cpu, memory))
