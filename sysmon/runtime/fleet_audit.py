"""The audit list of the fleet: who was paired, refused and revoked, and whose rights were changed. Only ever appended.

Peers' words end up here, so every line is made printable and cut, and the file has a bound; old lines go first.
Knows no peer and no screen.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from sysmon.model.printable import printable
from sysmon.private_files import append_line, older_part

LARGEST: Final = 1 << 20
"""Bytes; then the file becomes ``fleet-audit.jsonl.1`` and a new one begins."""
LONGEST: Final = 300
"""Characters of what is told."""


class FleetAudit:
    """The list of one user. Any thread; each line is one write, so two programs may share the file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fleet-audit.jsonl"

    def record(self, time: float, text: str, peer: str = "") -> None:
        """Append ``text``, a short sentence; ``time`` is seconds since 1970, ``peer`` an id. Raises OSError."""
        told = printable(text)
        told = told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
        append_line(
            self.path, json.dumps({"time": round(time, 3), "text": told, "peer": printable(peer)[:64]}), LARGEST
        )

    def newest(self, most: int = 200) -> tuple[str, ...]:
        """The newest lines as they are read by people, newest first: local time, then what happened.

        A line that was damaged is left out. Raises OSError.
        """
        return tuple(islice(self._lines(), max(most, 0)))

    def _lines(self) -> Iterator[str]:
        for path in (self.path, older_part(self.path)):
            for line in reversed(_end_of(path)):
                shown = _shown(line)
                if shown:
                    yield shown


def _end_of(path: Path) -> list[str]:
    """The lines of ``path``; the last ones where something else made it larger than it may be."""
    try:
        with path.open("rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - 2 * LARGEST, 0))
            return file.read(2 * LARGEST).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def _shown(line: str) -> str:
    try:
        found = json.loads(line)
        when = dt.datetime.fromtimestamp(float(found["time"]), dt.UTC).astimezone()
        return f"{when:%Y-%m-%d %H:%M:%S}  {printable(str(found['text']))[: 2 * LONGEST]}"
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return ""
