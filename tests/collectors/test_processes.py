from __future__ import annotations

import os
import sys

import pytest

from sysmon.collectors.processes import open_process_reader


def test_this_system_has_a_reader_and_it_sees_us() -> None:
    reader = open_process_reader()
    table = reader.read("here", 3.0, with_io=True)
    reader.close()
    reader.close()
    assert (table.host, table.time) == ("here", 3.0)
    us = table.rows[os.getpid()]
    assert us.cpu_time > 0.0
    assert us.memory > 1e6
    assert us.threads >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="the reader of Linux")
def test_linux_reads_proc_itself() -> None:
    assert type(open_process_reader()).__name__ == "LinuxProcessReader"
