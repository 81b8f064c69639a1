from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sysmon.runtime.bench.crowd import crowd, processes_now, tree_usage
from tests.collectors.proc_tree import ProcTree, stat_line

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_a_crowd_lives_as_long_as_the_block() -> None:
    with crowd(5) as pids:
        assert len(set(pids)) == 5
        assert all(psutil.Process(pid).ppid() == os.getpid() for pid in pids)
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_crowd_ends_though_the_block_fails() -> None:
    seen: list[int] = []

    def fail() -> None:
        with crowd(2) as pids:
            seen.extend(pids)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert len(seen) == 2
    assert not any(psutil.pid_exists(pid) for pid in seen)


def test_a_crowd_that_cannot_start_leaves_nobody(tmp_path: Path) -> None:
    before = psutil.Process().children()
    with pytest.raises(FileNotFoundError), crowd(3, [str(tmp_path / "none")]):
        pytest.fail("it cannot start")
    assert psutil.Process().children() == before


def test_processes_are_counted_by_their_folders(tmp_path: Path) -> None:
    tree = ProcTree(tmp_path / "proc")
    tree.put(10, stat_line(10))
    tree.put(11, stat_line(11))
    assert processes_now(tree.root) == 2


def test_the_cost_of_a_tree(tmp_path: Path) -> None:
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    tree = ProcTree(tmp_path / "proc")
    tree.put(10, stat_line(10, b"a) 1", parent=1, utime=100, stime=20, threads=3, pages=5))
    tree.put(11, stat_line(11, parent=10, utime=1, pages=7))
    tree.put(12, stat_line(12, parent=11, pages=1))
    tree.put(13, stat_line(13, parent=1, utime=9999, pages=9999))
    found = tree_usage(10, tree.root)
    # A made line says 7 and 8 ticks of children that ended.
    assert found.cpu_seconds == pytest.approx((121 + 3 * 15) / ticks)
    assert (found.processes, found.threads, found.resident_bytes) == (3, 5, 13 * page)


def test_less_than_a_tick_is_counted_where_the_kernel_tells(tmp_path: Path) -> None:
    tree = ProcTree(tmp_path / "proc")
    tree.put(10, stat_line(10, parent=1, utime=0, stime=1))
    before = tree_usage(10, tree.root).cpu_seconds
    for thread, nanoseconds in ((10, 9_000_000), (17, 4_500_000)):
        folder = tree.root / "10" / "task" / str(thread)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "schedstat").write_text(f"{nanoseconds} 12345 67\n")
    assert tree_usage(10, tree.root).cpu_seconds - before == pytest.approx(0.0135 - 1 / os.sysconf("SC_CLK_TCK"))


def test_a_tree_without_a_root_is_an_error(tmp_path: Path) -> None:
    tree = ProcTree(tmp_path / "proc")
    with pytest.raises(ProcessLookupError):
        tree_usage(10, tree.root)


def test_the_cost_of_this_tree_holds_children_that_ended() -> None:
    before = tree_usage(os.getpid())
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.2: pass"], check=True)
    after = tree_usage(os.getpid())
    assert after.cpu_seconds - before.cpu_seconds > 0.18  # two roundings to ticks
    assert after.resident_bytes > 0
