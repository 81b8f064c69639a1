from __future__ import annotations

import math
import os
import pwd
from pathlib import Path

import pytest

from sysmon.collectors.processes_linux_entry import COMMAND_BYTES, NO_DESCRIPTOR, NO_IO, LinuxProcess, Source, user_name
from sysmon.collectors.processes_linux_files import KeptDescriptors
from tests.collectors.proc_tree import BOOT, FORKED, KERNEL_THREAD, ProcTree, stat_line


@pytest.fixture
def tree(tmp_path: Path) -> ProcTree:
    return ProcTree(tmp_path / "proc")


def _source(tree: ProcTree, most: int | None = None) -> Source:
    return Source(str(tree.root), KeptDescriptors(most), float(BOOT), schedules=True, ticks=100, page=4096)


def _opened(tree: ProcTree, source: Source, pid: int = 7) -> LinuxProcess:
    process = LinuxProcess(str(pid))
    process.open(source)
    return process


def test_a_row_holds_what_the_files_say(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, b"demo", state=b"R", parent=3, utime=120, stime=30, nice=5, threads=2, start=250, pages=3))
    row = _opened(tree, _source(tree)).row
    assert row.key == (7, BOOT + 2.5)
    assert (row.parent, row.name, row.state, row.nice, row.threads) == (3, "demo", "running", 5, 2)
    assert (row.cpu_time, row.memory, row.command, row.kernel) == (1.5, 3 * 4096.0, "demo -x", False)
    assert row.user == pwd.getpwuid(os.getuid()).pw_name
    assert math.isnan(row.read_bytes)
    assert math.isnan(row.write_bytes)


def test_the_same_line_is_the_same_row_and_is_not_parsed(tree: ProcTree) -> None:
    tree.put(7, stat_line(7))
    source = _source(tree)
    process = _opened(tree, source)
    row = process.row
    process.look(source)
    assert process.row is row
    assert (source.counts.looked, source.counts.parsed) == (2, 1)


def test_exec_is_seen_by_name_and_by_flag(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, b"bash", flags=FORKED), command=b"bash\0")
    source = _source(tree)
    process = _opened(tree, source)
    tree.put(7, stat_line(7, b"bash", flags=0), command=b"bash\0script.sh\0")
    process.look(source)
    assert process.row.command == "bash script.sh"
    tree.put(7, stat_line(7, b"sleep", flags=0), command=b"sleep\x001\0")
    process.look(source)
    assert (process.row.name, process.row.command) == ("sleep", "sleep 1")


def test_a_title_that_changes_without_exec_is_read_at_the_next_turn_after_it_ran(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, utime=1), command=b"postgres: idle\0")
    source = _source(tree)
    process = _opened(tree, source)
    process.look_again_at_facts(source)
    opened = source.counts.opened
    process.look_again_at_facts(source)  # it has not run since: nothing is opened
    assert source.counts.opened == opened
    tree.put(7, stat_line(7, utime=2), command=b"postgres: SELECT\0")
    process.look(source)
    assert process.row.command == "postgres: idle"
    process.look_again_at_facts(source)
    assert process.row.command == "postgres: SELECT"


def test_another_start_under_the_same_pid_is_another_process(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, b"demo", start=100), command=b"old\0")
    source = _source(tree, most=0)  # without kept descriptors, as they cannot outlive a process
    process = _opened(tree, source)
    before = process.row
    tree.put(7, stat_line(7, b"demo", start=200), command=b"new\0")
    process.look(source)
    assert process.row.key != before.key
    assert process.row.command == "new"


def test_a_huge_command_line_is_cut_and_a_hostile_one_is_text(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, b"\xff)\n("), command=b"\xff\0" + b"x" * 100_000)
    row = _opened(tree, _source(tree)).row
    assert row.name == "\ufffd)\n("
    assert len(row.command) == COMMAND_BYTES
    assert row.command.startswith("\ufffd xx")
    row.command.encode()


def test_a_zombie_keeps_the_command_it_had(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, state=b"S"))
    source = _source(tree)
    process = _opened(tree, source)
    tree.put(7, stat_line(7, state=b"Z", pages=0), command=b"")
    process.look(source)
    process.look_again_at_facts(source)
    assert (process.row.state, process.row.command) == ("zombie", "demo -x")


def test_a_thread_of_the_kernel_has_no_command_and_it_is_not_read(tree: ProcTree) -> None:
    tree.put(2, stat_line(2, b"kthreadd", flags=KERNEL_THREAD), command=b"never read\0")
    row = _opened(tree, _source(tree), 2).row
    assert row.kernel
    assert row.command == ""


def test_one_thread_is_told_by_its_schedule_several_by_their_stat(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, threads=1))
    tree.put(8, stat_line(8, threads=2))
    tree.put(9, stat_line(9, threads=1), schedule=None)
    source = _source(tree)
    one, several, without = (_opened(tree, source, pid) for pid in (7, 8, 9))
    assert one.telling == one.schedule != NO_DESCRIPTOR
    assert several.telling == several.stat
    assert without.telling == without.stat


def test_io_goes_into_the_row_only_where_it_changed(tree: ProcTree) -> None:
    tree.put(7, stat_line(7), io=(4096, 10))
    source = _source(tree)
    process = _opened(tree, source)
    process.read_io(source)
    row = process.row
    assert (row.read_bytes, row.write_bytes) == (4096.0, 10.0)
    process.read_io(source)
    assert process.row is row
    process.set_io(NO_IO)
    without = process.row
    assert math.isnan(without.write_bytes)
    process.set_io(NO_IO)
    assert process.row is without


def test_a_system_without_io_accounting_is_remembered(tree: ProcTree) -> None:
    tree.put(7, stat_line(7), io=None)
    source = _source(tree)
    process = _opened(tree, source)
    process.read_io(source)
    assert source.io_absent
    assert math.isnan(process.row.read_bytes)


def test_no_room_means_no_descriptor_kept(tree: ProcTree) -> None:
    tree.put(7, stat_line(7))
    source = _source(tree, most=1)
    process = _opened(tree, source)
    assert process.stat == process.schedule == NO_DESCRIPTOR
    assert source.files.count == 0
    tree.put(7, stat_line(7, utime=9))
    process.look(source)
    assert process.row.cpu_time == 0.09


def test_closing_gives_everything_back(tree: ProcTree) -> None:
    tree.put(7, stat_line(7, threads=3))
    source = _source(tree)
    process = _opened(tree, source)
    assert process.keep_io(source)
    assert source.files.count == 3
    process.close(source)
    process.close(source)
    assert source.files.count == 0


@pytest.mark.parametrize("line", [b"", b"7 (demo) S 1", b"garbage\n", b"7 (demo S 1 2 3 4 5\n"])
def test_a_broken_line_is_a_value_error(tree: ProcTree, line: bytes) -> None:
    tree.put(7, line)
    with pytest.raises(ValueError, match="not a stat line"):
        _opened(tree, _source(tree))


def test_a_process_that_is_not_there_is_an_os_error(tree: ProcTree) -> None:
    with pytest.raises(FileNotFoundError):
        _opened(tree, _source(tree), 99)


def test_a_user_without_a_name_is_a_number() -> None:
    assert user_name(0) == "root"
    assert user_name(3_999_999_999) == "3999999999"
