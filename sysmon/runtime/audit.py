"""The audit log: every action on a process and every refusal, one JSON line each, only ever appended.

A line is written before the answer is shown, so what was done cannot go unrecorded; where the
file cannot be written the action's owner is told. Knows no action and no screen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.model.action import Outcome
from sysmon.private_files import append_line, older_part

LARGEST: Final = 8 << 20
"""Bytes; then the file becomes ``audit.jsonl.1`` and a new one begins."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    time: float
    """Seconds since 1970."""
    who: str
    """The user, or the name of the peer that asked."""
    action: str
    pid: int
    name: str
    result: str
    """"done", or the word of the trouble."""
    reason: str


class AuditLog:
    """The log of one user. Any thread; each line is one write, so two programs may share the file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "audit.jsonl"

    def record(self, time: float, who: str, outcome: Outcome) -> None:
        """Append ``outcome``. Raises OSError where the log cannot be written."""
        line = json.dumps(
            {
                "time": round(time, 3),
                "who": who,
                "action": outcome.action,
                "pid": outcome.target.key.pid,
                "start": outcome.target.key.start,
                "name": outcome.target.name,
                "result": "done" if outcome.trouble is None else outcome.trouble.value,
                "reason": outcome.reason,
            }
        )
        append_line(self.path, line, LARGEST)

    def entries(self) -> Iterator[Entry]:
        """All lines that are kept, oldest first; a line that was damaged is left out."""
        for path in (older_part(self.path), self.path):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    yield from filter(None, map(_entry, file))
            except FileNotFoundError:
                continue


def _entry(line: str) -> Entry | None:
    try:
        found = json.loads(line)
        return Entry(
            float(found["time"]),
            str(found["who"]),
            str(found["action"]),
            int(found["pid"]),
            str(found["name"]),
            str(found["result"]),
            str(found["reason"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
