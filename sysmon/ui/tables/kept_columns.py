"""How the columns of the process table stand, as bytes that outlive the program: by key, not by number.

So a version with more or fewer columns reads what another one wrote. Knows no table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, cast

from sysmon.viewmodels.processes import COLUMN_OF, COLUMNS

_WIDTHS: Final = (30, 2000)
"""Least and greatest width that is believed."""
_LONGEST: Final = 65536


@dataclass(frozen=True, slots=True)
class Kept:
    """One column."""

    key: str
    width: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """All columns from left to right."""

    columns: tuple[Kept, ...]
    untouched: frozenset[str] = frozenset()
    """Columns that come by themselves, as long as the user has not said whether they are wanted."""
    sorted_by: str = "cpu"
    ascending: bool = False
    by_branch: bool = True
    """Whether branches are sorted by their sum."""


def write_columns(kept: KeptColumns) -> bytes:
    """``kept`` as bytes."""
    return json.dumps(
        {
            "columns": [[one.key, one.width, one.hidden] for one in kept.columns],
            "untouched": sorted(kept.untouched),
            "sorted_by": kept.sorted_by,
            "ascending": kept.ascending,
            "by_branch": kept.by_branch,
        }
    ).encode()


def read_columns(data: bytes) -> KeptColumns | None:
    """What `write_columns` wrote, with every column of this version exactly once; None for anything else."""
    if len(data) > _LONGEST:
        return None
    try:
        found = cast("dict[str, object]", json.loads(data))
        listed = [_column(entry) for entry in cast("list[list[object]]", found["columns"])]
        untouched = cast("list[str]", found["untouched"])
        sorted_by = str(found["sorted_by"])
        ascending, by_branch = found["ascending"] is True, found.get("by_branch") is not False
        known = {one.key: one for one in listed if one.key in COLUMN_OF}
        left = frozenset(key for key in untouched if key in COLUMN_OF)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    # Columns that were not there then come last, as hidden ones: where they stand in the menu.
    columns = [*known.values(), *(Kept(c.key, 90, True) for c in COLUMNS if c.key not in known)]
    name = COLUMNS[0].key
    shown = tuple(Kept(one.key, one.width, one.hidden and one.key != name) for one in columns)
    return KeptColumns(shown, left, sorted_by if sorted_by in COLUMN_OF else "cpu", ascending, by_branch)


def _column(entry: list[object]) -> Kept:
    key, width, hidden = entry
    if not isinstance(key, str) or not isinstance(width, int):
        raise TypeError("a column is a key, a width and whether it is hidden")
    return Kept(key, min(max(width, _WIDTHS[0]), _WIDTHS[1]), hidden is True)
