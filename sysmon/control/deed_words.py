"""Actions as words of a command line, and back: what is done with more rights can be read before it is allowed.

Pure; knows no process.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sysmon.control.actions import IO_CLASSES, SIGNALS
from sysmon.model.action import (
    Action,
    End,
    Kill,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
)

FORMS = "end, kill, stop, continue, signal NAME, nice N, io-priority CLASS LEVEL, affinity CPU,CPU…, limit cpu=CPUS|lift memory=BYTES|lift"
"""What can be written, for help and errors."""
_MOST_CPUS = 4096


def words_of(action: Action) -> tuple[str, ...]:
    """``action`` as words that `action_of` understands."""
    match action:
        case End():
            return ("end",)
        case Kill():
            return ("kill",)
        case Stop():
            return ("stop",)
        case Resume():
            return ("continue",)
        case SendSignal(name):
            return ("signal", name)
        case SetNice(nice):
            return ("nice", str(nice))
        case SetIoPriority(io_class, level):
            return ("io-priority", io_class, str(level))
        case SetAffinity(cpus):
            return ("affinity", ",".join(map(str, cpus)))
        case SetLimit(cpu, memory):
            sides = (("cpu", cpu), ("memory", memory))
            return ("limit", *(f"{side}={_amount(value)}" for side, value in sides if value is not None))


def _amount(value: float) -> str:
    return "lift" if math.isinf(value) else repr(value)


def action_of(words: Sequence[str]) -> Action:
    """The action that ``words`` name. Raises ValueError with what is wrong."""
    plain = {"end": End, "kill": Kill, "stop": Stop, "continue": Resume}
    match list(words):
        case [word] if word in plain:
            return plain[word]()
        case ["signal", name] if name in SIGNALS:
            return SendSignal(name)
        case ["nice", nice]:
            return SetNice(_whole(nice, -20, 19))
        case ["io-priority", io_class, level] if io_class in IO_CLASSES:
            return SetIoPriority(io_class, _whole(level, 0, 7))
        case ["affinity", cpus]:
            return SetAffinity(tuple(_whole(cpu, 0, _MOST_CPUS) for cpu in cpus.split(",")))
        case ["limit", *sides] if sides:
            return _limit(sides)
        case _:
            raise ValueError(f"there is no action {' '.join(words)!r}; there are {FORMS}")


def _limit(sides: Sequence[str]) -> SetLimit:
    found: dict[str, float] = {}
    for side in sides:
        name, equals, value = side.partition("=")
        if name not in ("cpu", "memory") or not equals or name in found:
            raise ValueError(f"a limit is cpu=CPUS or memory=BYTES, not {side!r}")
        found[name] = math.inf if value == "lift" else _number(value)
    return SetLimit(found.get("cpu"), found.get("memory"))


def _number(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"a limit is a number above 0, not {text!r}")
    return number


def _whole(text: str, low: int, high: int) -> int:
    number = int(text)
    if not low <= number <= high:
        raise ValueError(f"{text} is not between {low} and {high}")
    return number
