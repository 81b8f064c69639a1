"""Which reader of details this system has, and that both are one."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from sysmon.collectors.process_details import DetailReader, open_detail_reader
from sysmon.collectors.process_details_psutil import PsutilDetailReader

TABS = ("facts", "threads", "files", "sockets", "environment", "maps", "signals")


def test_linux_reads_the_kernel_and_others_psutil(tmp_path: Path) -> None:
    reader = open_detail_reader(tmp_path, tmp_path)  # an empty /proc: nothing is read yet
    expected = "LinuxDetailReader" if sys.platform == "linux" else "PsutilDetailReader"
    assert type(reader).__name__ == expected


def test_both_readers_keep_the_contract() -> None:
    readers: list[DetailReader] = [open_detail_reader(), PsutilDetailReader()]
    for reader in readers:
        for tab in TABS:
            promised = inspect.signature(getattr(DetailReader, tab)).parameters
            assert list(inspect.signature(getattr(type(reader), tab)).parameters) == list(promised)
