"""Columns of real processes as figures, with the reasons for what is not told."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sysmon.collectors.process_columns import open_process_columns
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process_columns import Column
from sysmon.runtime.column_reading import ColumnReading
from tests.collectors.held_process import child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no such columns")


def test_figures_of_a_real_process() -> None:
    with child("held = bytearray(b'x' * (8 << 20))") as (key, process):
        reading = ColumnReading(time.time)
        told = reading.read([key], [Column.MEMORY, Column.GROUP])
        assert told.figures[key].pss > 8 << 20
        assert told.figures[key].cgroup is not None
        process.kill()
        process.wait()
        assert reading.read([key], [Column.IO_WAIT, Column.MEMORY]).figures.keys() <= {key}


def test_without_a_proc_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable):
        ColumnReading(time.time, lambda: open_process_columns(proc=tmp_path))
