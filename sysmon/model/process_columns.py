"""Columns of the process table that are read only for rows that somebody looks at. Values only."""

from __future__ import annotations

import enum
import math
from typing import NamedTuple


class Column(enum.Enum):
    """A column, or two that one file tells."""

    MEMORY = "memory"
    """PSS and swap."""
    GROUP = "control group"
    """Control group and container."""
    IO_WAIT = "I/O wait"


class ExtraColumns(NamedTuple):
    """The columns of one row. NaN and None for what was not asked for or is not known; "" for none."""

    pss: float = math.nan
    """Bytes."""
    swap: float = math.nan
    """Bytes."""
    cgroup: str | None = None
    container: str | None = None
    """Name of the innermost container."""
    io_wait: float = math.nan
    """Seconds that the first thread waited for disks so far: a counter."""


class Told(NamedTuple):
    """What one look at a process told."""

    columns: ExtraColumns
    refused: bool | None
    """Whether its memory may not be read; None where that was not asked for."""
