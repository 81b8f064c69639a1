"""The reader of Linux on made trees: what the kernel may answer, and how little is read."""

from __future__ import annotations

import math
import os
import resource
import sys
from pathlib import Path

import pytest

from sysmon.collectors.processes_linux import TURNS
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.proc_tree import BOOT, KERNEL_THREAD, ProcTree, stat_line
from tests.collectors.reading_processes import descriptors, read, reader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def tree(tmp_path: Path) -> ProcTree:
    made = ProcTree(tmp_path / "proc")
    made.put(1, stat_line(1, b"init", parent=0))
    return made


def test_reads_what_is_there_and_nothing_else(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, b"a\nb) c", parent=1, threads=4, nice=-3))
    tree.put(8, stat_line(8, b"kworker/0:0", flags=KERNEL_THREAD))
    (tree.root / "\u00b2").mkdir()  # a digit for str.isdigit, no number
    with reader(tree.root) as processes:
        table = read(processes, 12.5)
    assert (table.host, table.time, table.missing) == ("here", 12.5, ())
    assert set(table.rows) == {1, 7, 8}
    assert table.rows[7].name == "a\nb) c"
    assert table.rows[8].kernel
    assert table.rows[7].key.start == BOOT + 10.0


def test_nothing_is_parsed_where_nothing_changed(tree: ProcTree) -> None:
    for pid in range(100, 120):
        tree.put(pid, stat_line(pid, threads=1 + pid % 2))
    with reader(tree.root) as processes:
        first = read(processes)
        assert processes.counts.parsed == 21
        for _ in range(TURNS):
            table = read(processes)
            assert (processes.counts.parsed, processes.counts.opened, processes.counts.watched) == (0, 0, 21)
            assert all(table.rows[pid] is row for pid, row in first.rows.items())


def test_a_process_whose_schedule_stands_is_not_looked_at_before_its_turn(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, pages=100))
    with reader(tree.root) as processes:
        for _ in range(TURNS):
            read(processes)
        tree.put(9, stat_line(9, pages=50, nice=4))  # swapped out and reniced by others, while it slept
        looked = [(read(processes).rows[9].nice, processes.counts.looked) for _ in range(TURNS)]
    assert looked[-1][0] == 4
    assert sum(count for _, count in looked) == 2  # once for each process in so many sweeps


def test_turns_go_by_time_not_by_sweeps(tree: ProcTree) -> None:
    for pid in range(100, 100 + 4 * TURNS):
        tree.put(pid, stat_line(pid))
    with reader(tree.root) as processes:
        for time in (50.0, 51.0):
            read(processes, time)
        looked: list[int] = []
        for time in (52.0, 52.3, 52.9, 55.1, 5000.0, 4000.0):
            read(processes, time)
            looked.append(processes.counts.looked)
    one = 4 + 1  # PID 1 has a turn too
    assert looked[0] in (one - 1, one)
    assert looked[1:3] == [0, 0]
    assert looked[3] in (3 * (one - 1), 3 * (one - 1) + 1)
    assert looked[4] == 4 * TURNS + 1  # after a long pause everybody
    assert looked[5] in (one - 1, one)  # time went back


def test_who_is_born_is_seen_though_proc_is_not_listed(tree: ProcTree) -> None:
    (tree.root / "self" / "schedstat").unlink()
    (tree.root / "self").rmdir()
    (tree.root / "self").symlink_to(str(os.getpid()))
    (tree.root / "loadavg").write_bytes(b"0.0 0.0 0.0 1/9 10\n")
    with reader(tree.root) as processes:
        for _ in range(TURNS):
            read(processes)
        tree.put(11, stat_line(11))
        (tree.root / "loadavg").write_bytes(b"0.0 0.0 0.0 1/9 11\n")
        assert set(read(processes).rows) == {1, 11}
        tree.put(12, stat_line(12))  # the counter stands, as it does where /proc shows more than was born here
        seen = [set(read(processes).rows) for _ in range(TURNS)]
    assert seen[-1] == {1, 11, 12}


def test_a_command_line_is_not_read_of_a_process_that_hangs(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, state=b"D"), command=b"stuck\0")
    with reader(tree.root) as processes:
        assert read(processes).rows[9].command == ""
        for _ in range(TURNS):
            assert read(processes).rows[9].command == ""
        tree.put(9, stat_line(9, state=b"S"), schedule=2, command=b"works\0")
        seen = [read(processes).rows[9].command for _ in range(TURNS)]
    assert seen[-1] == "works"


def test_a_process_that_ran_is_looked_at_at_once(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, utime=1), schedule=1)
    with reader(tree.root) as processes:
        read(processes)
        read(processes)
        tree.put(9, stat_line(9, utime=5), schedule=2)
        assert read(processes).rows[9].cpu_time == 0.05


def test_threads_that_come_and_go_change_what_is_watched(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, threads=1), schedule=1)
    with reader(tree.root) as processes:
        read(processes)
        tree.put(9, stat_line(9, threads=2), schedule=2)
        assert read(processes).rows[9].threads == 2
        tree.put(9, stat_line(9, threads=2, utime=7), schedule=2)  # the other thread ran: only stat tells
        assert read(processes).rows[9].cpu_time == 0.07
        tree.put(9, stat_line(9, threads=1, utime=7), schedule=3)
        assert read(processes).rows[9].threads == 1
        tree.put(9, stat_line(9, threads=1, utime=8), schedule=4)
        assert read(processes).rows[9].cpu_time == 0.08


def test_a_kernel_without_schedules_is_read_through_stat(tmp_path: Path) -> None:
    tree = ProcTree(tmp_path / "proc", schedules=False)
    tree.put(9, stat_line(9, utime=1), schedule=0)
    with reader(tree.root) as processes:
        read(processes)
        tree.put(9, stat_line(9, utime=2), schedule=0)
        assert read(processes).rows[9].cpu_time == 0.02


def test_children_are_looked_at_when_their_parent_ends(tree: ProcTree) -> None:
    tree.put(20, stat_line(20, parent=1))
    tree.put(21, stat_line(21, parent=20))
    with reader(tree.root) as processes:
        read(processes)
        read(processes)
        tree.remove(20)
        tree.put(21, stat_line(21, parent=1))  # the same schedule: it has not run
        table = read(processes)
    assert set(table.rows) == {1, 21}
    assert table.rows[21].parent == 1


def test_children_are_looked_at_when_their_parent_becomes_a_zombie(tree: ProcTree) -> None:
    tree.put(20, stat_line(20, parent=1))
    tree.put(21, stat_line(21, parent=20))
    with reader(tree.root) as processes:
        read(processes)
        read(processes)
        tree.put(20, stat_line(20, parent=1, state=b"Z"), schedule=2)
        tree.put(21, stat_line(21, parent=1))
        assert read(processes).rows[21].parent == 1


def test_tables_already_given_do_not_change(tree: ProcTree) -> None:
    tree.put(9, stat_line(9))
    with reader(tree.root) as processes:
        first = read(processes)
        tree.put(9, stat_line(9, utime=3), schedule=2)
        tree.put(10, stat_line(10))
        second = read(processes)
        tree.remove(9)
        read(processes)
    assert (set(first.rows), first.rows[9].cpu_time) == ({1, 9}, 0.0)
    assert (set(second.rows), second.rows[9].cpu_time) == ({1, 9, 10}, 0.03)


@pytest.mark.parametrize("line", [b"", b"9 (demo) S 1", b"\0" * 100, b"9 (demo S 1 1 1"])
def test_a_file_that_is_no_stat_line_is_no_process(tree: ProcTree, line: bytes) -> None:
    tree.put(9, line)
    tree.put(10, stat_line(10))
    with reader(tree.root) as processes:
        assert set(read(processes).rows) == {1, 10}
        tree.put(9, stat_line(9))
        assert set(read(processes).rows) == {1, 9, 10}
        tree.put(10, line, schedule=5)
        assert set(read(processes).rows) == {1, 9}


def test_a_folder_without_files_is_no_process(tree: ProcTree) -> None:
    (tree.root / "9").mkdir()
    with reader(tree.root) as processes:
        assert set(read(processes).rows) == {1}


def test_io_of_one_thread_is_read_when_it_ran_of_several_always(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, threads=1), io=(10, 20))
    tree.put(10, stat_line(10, threads=2), io=(30, 40))
    with reader(tree.root) as processes:
        first = read(processes, with_io=True)
        assert (first.rows[9].read_bytes, first.rows[10].write_bytes) == (10.0, 40.0)
        second = read(processes, with_io=True)
        second = read(processes, with_io=True)
        assert processes.counts.opened == 0
        assert second.rows[9] is first.rows[9]
        tree.put(9, stat_line(9, threads=1), io=(11, 20), schedule=2)  # less than a clock tick: stat stands
        tree.put(10, stat_line(10, threads=2), io=(30, 41))
        third = read(processes, with_io=True)
        assert (third.rows[9].read_bytes, third.rows[10].write_bytes) == (11.0, 41.0)


def test_io_is_unknown_again_when_nobody_asks_for_it(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, threads=1), io=(10, 20))
    tree.put(10, stat_line(10, threads=2), io=(30, 40))
    with reader(tree.root) as processes:
        read(processes, with_io=True)
        table = read(processes, with_io=False)
        assert all(math.isnan(row.read_bytes) and math.isnan(row.write_bytes) for row in table.rows.values())
        assert read(processes, with_io=False).rows[9] is table.rows[9]
        assert read(processes, with_io=True).rows[10].read_bytes == 30.0


def test_io_of_a_process_that_gets_a_thread_stays_read(tree: ProcTree) -> None:
    tree.put(9, stat_line(9, threads=1), io=(10, 20))
    with reader(tree.root) as processes:
        read(processes, with_io=True)
        tree.put(9, stat_line(9, threads=2), io=(11, 20), schedule=2)
        assert read(processes, with_io=True).rows[9].read_bytes == 11.0
        tree.put(9, stat_line(9, threads=2), io=(12, 20), schedule=2)
        assert read(processes, with_io=True).rows[9].read_bytes == 12.0


def test_a_kernel_without_io_accounting_says_so(tree: ProcTree) -> None:
    tree.put(9, stat_line(9), io=None)
    with reader(tree.root) as processes:
        table = read(processes, with_io=True)
        assert [missing.subject for missing in table.missing] == ["I/O of processes"]
        assert read(processes, with_io=True).missing is table.missing
        assert read(processes, with_io=False).missing == ()


def test_hidden_processes_are_said_to_be_hidden(tmp_path: Path) -> None:
    tree = ProcTree(tmp_path / "proc")
    tree.put(9, stat_line(9))  # hidepid=invisible: nobody else is listed, not even PID 1
    with reader(tree.root) as processes:
        table = read(processes)
    assert set(table.rows) == {9}
    assert "hidepid" in table.missing[0].reason


@pytest.mark.parametrize("missing", ["stat", "."])
def test_a_system_without_proc_is_unavailable(tmp_path: Path, missing: str) -> None:
    tree = ProcTree(tmp_path / "proc")
    if missing == "stat":
        (tree.root / "stat").unlink()
    with (
        reader(tree.root if missing == "stat" else tmp_path / "none") as processes,
        pytest.raises(CollectorUnavailable),
    ):
        read(processes)


def test_more_processes_than_descriptors(tree: ProcTree) -> None:
    for pid in range(100, 130):
        tree.put(pid, stat_line(pid, threads=1 + pid % 3), io=(pid, 0))
    before = descriptors()
    with reader(tree.root, most=20) as processes:
        first = read(processes, with_io=True)
        assert descriptors() - before <= 20
        assert len(first.rows) == 31
        for pid in (100, 129):
            tree.put(pid, stat_line(pid, utime=9, threads=1 + pid % 3), schedule=2, io=(5, 6))
        tree.remove(115)
        second = read(processes, with_io=True)
        assert descriptors() - before <= 20
    assert set(first.rows) - set(second.rows) == {115}
    assert all((second.rows[pid].cpu_time, second.rows[pid].read_bytes) == (0.09, 5.0) for pid in (100, 129))
    assert second.rows[116] is first.rows[116]


def test_ten_thousand_processes(tree: ProcTree) -> None:
    tree.put(2, stat_line(2, threads=2))
    for pid in range(3, 10_001):
        (tree.root / str(pid)).symlink_to("2")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        with reader(tree.root) as processes:
            assert len(read(processes).rows) == 10_000
            assert len(read(processes).rows) == 10_000
            assert processes.counts.parsed == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
