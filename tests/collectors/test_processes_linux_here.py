"""The reader of Linux on this machine: real processes, against ps and psutil of the same second."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.processes_linux import TURNS
from tests.collectors.proc_tree import ProcTree, stat_line
from tests.collectors.reading_processes import descriptors, named, read, reader, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

as_nobody = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")


@pytest.fixture
def nobody() -> Iterator[ThreadPoolExecutor]:
    """One thread that has the rights of nobody: setfsuid(2) is of the thread that calls it."""
    libc = ctypes.CDLL(None)
    with ThreadPoolExecutor(1, initializer=lambda: libc.setfsuid(65534)) as thread:
        yield thread


def test_closing_leaves_no_descriptor() -> None:
    before = descriptors()
    with reader() as processes:
        read(processes, with_io=True)
        read(processes, with_io=True)
        assert descriptors() > before
        processes.close()
    assert descriptors() == before


def test_a_child_appears_with_its_facts_and_goes() -> None:
    with reader() as processes:
        read(processes)
        with subprocess.Popen(["sleep", "60"]) as child:
            # The kernel tells the new name a moment before the new command line.
            began = until(
                processes, lambda table: named(table, child.pid, "sleep") and table.rows[child.pid].command != ""
            )
            row = began.rows[child.pid]
            assert (row.parent, row.command, row.kernel, row.threads) == (os.getpid(), "sleep 60", False, 1)
            assert row.key.start == pytest.approx(psutil.Process(child.pid).create_time(), abs=0.011)
            assert row.user == psutil.Process(child.pid).username()
            # Once it sleeps nothing of it changes any more.
            again = until(processes, lambda table: table.rows[child.pid].state == "sleeping").rows[child.pid]
            assert read(processes).rows[child.pid] is again
            child.kill()
            # Not waited for yet: it is a zombie, and still there.
            until(processes, lambda table: table.rows[child.pid].state == "zombie")
        assert child.pid not in read(processes).rows


def test_exec_changes_the_name_and_keeps_the_identity() -> None:
    with (
        subprocess.Popen(["sh", "-c", "read line; exec sleep 60"], stdin=subprocess.PIPE) as child,
        reader() as processes,
    ):
        before = until(processes, lambda table: named(table, child.pid, "sh")).rows[child.pid]
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.flush()
        after = until(processes, lambda table: named(table, child.pid, "sleep")).rows[child.pid]
        assert after.key == before.key
        assert after.command == "sleep 60"
        child.kill()


def test_a_busy_process_and_a_stopped_one() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child, reader() as processes:
        until(processes, lambda table: child.pid in table.rows and table.rows[child.pid].cpu_time > 0.1)
        first = read(processes).rows[child.pid].cpu_time
        until(processes, lambda table: table.rows[child.pid].cpu_time > first)
        psutil.Process(child.pid).suspend()
        until(processes, lambda table: table.rows[child.pid].state == "stopped")
        child.kill()


def test_threads_of_a_process_count_though_its_first_one_sleeps() -> None:
    program = "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as child, reader() as processes:
        row = until(processes, lambda table: child.pid in table.rows and table.rows[child.pid].threads == 2).rows[
            child.pid
        ]
        until(processes, lambda table: table.rows[child.pid].cpu_time > row.cpu_time + 0.1)
        child.kill()


def test_an_orphan_gets_its_new_parent_at_once() -> None:
    with (
        subprocess.Popen(
            ["sh", "-c", "sleep 60 & echo $!; read line"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child,
        reader() as processes,
    ):
        assert child.stdout is not None
        orphan = int(child.stdout.readline())
        try:
            until(processes, lambda table: named(table, orphan, "sleep") and table.rows[orphan].parent == child.pid)
            child.kill()
            child.wait()
            assert read(processes).rows[orphan].parent not in (child.pid, 0)
        finally:
            psutil.Process(orphan).kill()


def test_a_pid_that_is_used_again_is_another_process() -> None:
    last_pid = Path("/proc/sys/kernel/ns_last_pid")
    with reader() as processes:
        with subprocess.Popen(["sleep", "60"]) as first:
            before = until(processes, lambda table: named(table, first.pid, "sleep")).rows[first.pid]
            first.kill()
        subprocess.run(["sleep", "0.02"], check=True)  # a start time counts in clock ticks of 10 ms
        for _ in range(50):
            try:
                last_pid.write_text(str(first.pid - 1))
            except OSError:
                pytest.skip("this user may not choose the next PID")
            with subprocess.Popen(["sleep", "61"]) as second:
                if second.pid == first.pid:
                    after = until(processes, lambda table: named(table, second.pid, "sleep")).rows[second.pid]
                    assert after.key != before.key
                    assert after.command == "sleep 61"
                second.kill()
            if second.pid == first.pid:
                return
    pytest.skip("others took the PID each time")


@as_nobody
def test_io_of_others_is_refused_once_and_said(nobody: ThreadPoolExecutor) -> None:
    with subprocess.Popen(["sleep", "60"]) as child, reader() as processes:
        until(processes, lambda table: named(table, child.pid, "sleep"))
        nobody.submit(read, processes, with_io=True).result()
        table = nobody.submit(read, processes, with_io=True).result()
        assert math.isnan(table.rows[child.pid].read_bytes)
        assert [missing.subject for missing in table.missing] == ["I/O of other users' processes"]
        assert table.rows[child.pid] is nobody.submit(read, processes, with_io=True).result().rows[child.pid]
        child.kill()


@as_nobody
def test_processes_that_may_not_be_read_are_said_to_be_hidden(nobody: ThreadPoolExecutor) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = ProcTree(Path(folder) / "proc")  # pytest's own folders are closed to nobody
        for pid in (1, 8, 9):
            tree.put(pid, stat_line(pid))
        Path(folder).chmod(0o755)
        (tree.root / "9" / "stat").chmod(0)  # hidepid=noaccess
        with reader(tree.root) as processes:
            table = nobody.submit(read, processes).result()
            assert set(table.rows) == {1, 8}
            assert "hidepid" in table.missing[0].reason
            (tree.root / "9" / "stat").chmod(0o444)
            for _ in range(TURNS):
                table = nobody.submit(read, processes).result()
            assert set(table.rows) == {1, 8, 9}
            assert table.missing == ()


def test_written_bytes_are_counted(tmp_path: Path) -> None:
    program = "import os,sys\ninput()\nf=os.open(sys.argv[1],os.O_WRONLY|os.O_CREAT)\nos.write(f,bytes(1<<20))\nos.fsync(f)\nprint('done',flush=True)\ninput()"
    with (
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "file")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child,
        reader() as processes,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        before = until(processes, lambda table: child.pid in table.rows, with_io=True).rows[child.pid]
        child.stdin.write(b"\n")
        child.stdin.flush()
        child.stdout.readline()
        after = read(processes, with_io=True).rows[child.pid]
        io = psutil.Process(child.pid).io_counters()
        assert (after.read_bytes, after.write_bytes) == (io.read_bytes, io.write_bytes)
        if psutil.disk_partitions(all=False) and io.write_bytes:
            assert after.write_bytes - before.write_bytes >= 1 << 20
        child.kill()


def test_many_processes_that_come_and_go_while_it_reads() -> None:
    with reader() as processes:
        read(processes)
        program = "import os\nwhile True:\n    p = os.posix_spawn('/bin/true', ['true'], {})\n    os.waitpid(p, 0)"
        with subprocess.Popen([sys.executable, "-c", program]) as child:
            for number in range(50):
                rows = read(processes, float(number), with_io=number % 20 > 10).rows
                assert os.getpid() in rows
                assert all(row.key.pid == pid for pid, row in rows.items())
            child.kill()
        before = read(processes)
        read(processes)
        assert set(before.rows) <= set(read(processes).rows) | {
            pid for pid in before.rows if not psutil.pid_exists(pid)
        }


def test_agrees_with_ps() -> None:
    with subprocess.Popen(["sleep", "60"]) as child, reader() as processes:
        until(processes, lambda table: named(table, child.pid, "sleep"))
        first = read(processes).rows
        told = subprocess.run(
            ["ps", "-eo", "pid,ppid,nlwp,ni,rss,stat,comm"], capture_output=True, check=True, text=True
        ).stdout
        second = read(processes).rows
        child.kill()
    still = {pid: row for pid, row in second.items() if first.get(pid) is row}
    assert child.pid in still
    compared = 0
    for line in told.splitlines()[1:]:
        pid, parent, threads, nice, rss, state, name = line.split(maxsplit=6)
        row = still.get(int(pid))
        if row is None:
            continue
        compared += 1
        assert (row.parent, row.threads) == (int(parent), int(threads))
        assert row.name.startswith(name.removesuffix(" <defunct>")[:15])
        assert str(row.nice) == nice or nice == "-"
        assert row.state in _words_of(state[0])
        assert row.memory / 1024 == pytest.approx(
            float(rss), rel=0.2, abs=2048
        )  # statm sums per-CPU counters, stat does not
    assert compared >= len(still) * 0.9


def test_agrees_with_psutil() -> None:
    with reader() as processes:
        read(processes)
        first = read(processes).rows
        seen: dict[int, tuple[float, int, str, float]] = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                seen[process.pid] = (
                    times.user + times.system,
                    process.num_threads(),
                    process.username(),
                    process.create_time(),
                )
        second = read(processes).rows
    for pid, row in second.items():
        if first.get(pid) is row and pid in seen:
            cpu, threads, user, start = seen[pid]
            assert (row.cpu_time, row.threads, row.user) == (pytest.approx(cpu), threads, user)
            assert row.key.start == pytest.approx(start, abs=0.011)


def _words_of(letter: str) -> set[str]:
    """Words that a state of ``ps`` may be by now: one that slept may be waiting for a CPU."""
    words = {"R": "running", "S": "sleeping", "D": "disk", "T": "stopped", "t": "traced", "Z": "zombie", "I": "idle"}
    return {words[letter], "running", "sleeping", "idle"} if letter in "RSID" else {words[letter]}
