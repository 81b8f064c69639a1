"""Threads: real ones by name, very many, and those that end meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sysmon.collectors.process_folder import open_process
from sysmon.collectors.process_threads import MOST_THREADS, read_threads
from sysmon.model.process_details import Section, ThreadFacts
from tests.collectors.detail_tree import KEY, PID, START, made
from tests.collectors.held_process import boot_time, child
from tests.collectors.proc_tree import BOOT, stat_line

THREADS = """
import ctypes, threading, time
prctl, barrier = ctypes.CDLL(None).prctl, threading.Barrier(3)
def run(name):
    prctl(15, name)
    while name == b"spinner" and time.thread_time() < 0.05: pass
    barrier.wait()
    barrier.wait()
for name in (b"spinner", b"bad \\xff\\n\\x1b[m)"):
    threading.Thread(target=run, args=(name,), daemon=True).start()
barrier.wait()
"""


def look(root: Path) -> Section[ThreadFacts]:
    with open_process(root, BOOT, KEY) as folder:
        return read_threads(folder, BOOT)


def test_threads_of_a_real_process_by_name() -> None:
    with child(THREADS) as (key, process), open_process(Path("/proc"), boot_time(), key) as folder:
        found = read_threads(folder, boot_time())
        assert (found.missing, found.cut) == (None, 0)
        assert found.items[0].tid == process.pid
        assert found.items[0].started == pytest.approx(key.start, abs=0.02)
        by_name = {thread.name: thread for thread in found.items}
        assert by_name["spinner"].cpu_time >= 0.04
        assert "bad \ufffd\n\x1b[m)" in by_name
        assert by_name["spinner"].state in ("running", "sleeping")


def test_a_thread_that_ends_meanwhile_is_left_out(tmp_path: Path) -> None:
    made(tmp_path, {"task/8/stat": stat_line(8, b"second", start=START + 50), "task/9/comm": "gone", "task/x/y": ""})
    assert [(thread.tid, thread.name, thread.started) for thread in look(tmp_path).items] == [
        (PID, "demo", BOOT + 10.0),
        (8, "second", BOOT + 10.5),
    ]


def test_without_threads_there_is_a_reason(tmp_path: Path) -> None:
    made(tmp_path)
    shutil.rmtree(tmp_path / str(PID) / "task")
    found = look(tmp_path)
    assert found.items == ()
    assert found.missing


def test_very_many_threads_are_cut_and_counted(tmp_path: Path) -> None:
    made(tmp_path)
    tasks = tmp_path / str(PID) / "task"
    for tid in range(100, 20_099):
        (tasks / str(tid)).mkdir()
        os.link(tasks / str(PID) / "stat", tasks / str(tid) / "stat")
    found = look(tmp_path)
    assert len(found.items) == MOST_THREADS
    assert found.cut == 20_000 - MOST_THREADS
