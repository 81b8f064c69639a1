"""The fields that a filter can name, and how a value of each is written.

One explicit table: parser, completion, help text and matching derive from it. Knows no grammar.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final

from sysmon.model.process import PROCESS_STATES


class ValueKind(enum.Enum):
    """How the value behind a field is written and compared."""

    TEXT = "text"
    """Part of the text, in any case of letters; ``=`` asks for the whole."""
    NUMBER = "number"
    PERCENT = "percent"
    """Of one core: ``cpu>5`` and ``cpu>5%`` are the same."""
    SIZE = "size"
    """Bytes: 300, 512K, 1.5G, 2GiB; K, M, G, T count by 1024."""
    DURATION = "duration"
    """Seconds: 90, 10s, 5m, 2h, 3d."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language."""

    name: str
    kind: ValueKind
    help: str
    values: tuple[str, ...] = ()
    """The words that make sense, for completion; empty for anything."""
    aliases: tuple[str, ...] = ()


FIELDS: Final[tuple[Field, ...]] = (
    Field("name", ValueKind.TEXT, "name of the process"),
    Field("pid", ValueKind.NUMBER, "process id"),
    Field("parent", ValueKind.NUMBER, "process id of the parent", aliases=("ppid",)),
    Field("user", ValueKind.TEXT, "user it runs as; me is you"),
    Field("state", ValueKind.TEXT, "what it is doing", values=PROCESS_STATES),
    Field("cpu", ValueKind.PERCENT, "CPU, in % of one core"),
    Field("mem", ValueKind.SIZE, "resident memory", aliases=("memory", "rss")),
    Field("pss", ValueKind.SIZE, "resident memory, shared pages by the share of each"),
    Field("swap", ValueKind.SIZE, "memory that was swapped out"),
    Field("gpu", ValueKind.PERCENT, "GPU, in % of one"),
    Field("read", ValueKind.SIZE, "bytes read from disks per second"),
    Field("write", ValueKind.SIZE, "bytes written to disks per second"),
    Field("io", ValueKind.SIZE, "bytes read and written per second"),
    Field("iowait", ValueKind.PERCENT, "time waited for disks, in %"),
    Field("threads", ValueKind.NUMBER, "number of threads"),
    Field("nice", ValueKind.NUMBER, "nice value"),
    Field("time", ValueKind.DURATION, "CPU time used so far"),
    Field("age", ValueKind.DURATION, "time since it started"),
    Field("cmd", ValueKind.TEXT, "command line", aliases=("command",)),
    Field("kernel", ValueKind.TEXT, "threads of the kernel", values=("yes", "no")),
    Field("port", ValueKind.NUMBER, "a port it listens on or is connected from"),
    Field("file", ValueKind.TEXT, "path of a file it holds open"),
    Field("container", ValueKind.TEXT, "container it runs in"),
    Field("cgroup", ValueKind.TEXT, "control group it runs in"),
)

BY_NAME: Final = {name: field for field in FIELDS for name in (field.name, *field.aliases)}

_FACTORS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_NUMBER: Final = re.compile(r"([+-]?\d{1,18}(?:\.\d{1,9})?)([a-zA-Z%/]*)\Z")


def parse_value(kind: ValueKind, text: str) -> float | None:
    """``text`` as a number of ``kind`` (percent, bytes, seconds), or None where it is none."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    number, unit = float(found[1]), found[2].lower().removesuffix("/s")
    if kind is ValueKind.PERCENT:
        return number if unit in ("", "%") else None
    if kind is ValueKind.SIZE:
        factor = _FACTORS.get(unit.removesuffix("b").removesuffix("i"))
        return None if factor is None else number * factor
    if kind is ValueKind.DURATION:
        seconds = _SECONDS.get(unit)
        return None if seconds is None else number * seconds
    return number if kind is ValueKind.NUMBER and not unit else None


EXAMPLES: Final = {
    ValueKind.NUMBER: "a number such as 8080",
    ValueKind.PERCENT: "a share such as 5 or 5%",
    ValueKind.SIZE: "a size such as 300, 512K or 1.5G",
    ValueKind.DURATION: "a time such as 90s, 5m or 2h",
    ValueKind.TEXT: "a word",
}
"""What an error says about the value that was expected."""
