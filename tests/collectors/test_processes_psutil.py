from __future__ import annotations

import contextlib
import math
import os
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil
import pytest

from sysmon.collectors.processes_psutil import PsutilProcessReader
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import PROCESS_STATES

_Times = namedtuple("_Times", "user system")
_Memory = namedtuple("_Memory", "rss")
_Io = namedtuple("_Io", "read_bytes write_bytes")


@dataclass
class FakeProcess:
    """A process as psutil answers for it; ``fails`` names what raises which error."""

    pid: int
    started: float = 100.0
    parent: int = 1
    command: list[str] = field(default_factory=lambda: ["demo", "-x"])
    state: str = "sleeping"
    priority: int = 0
    seconds: float = 1.0
    fails: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _answer(self, name: str, value: object) -> object:
        self.asked.append(name)
        if name in self.fails:
            raise self.fails[name]
        return value

    @contextlib.contextmanager
    def oneshot(self) -> Iterator[None]:
        yield

    def create_time(self) -> object:
        return self._answer("create_time", self.started)

    def name(self) -> object:
        return self._answer("name", "demo")

    def username(self) -> object:
        return self._answer("username", "vega\\ada")

    def cmdline(self) -> object:
        return self._answer("cmdline", self.command)

    def ppid(self) -> object:
        return self._answer("ppid", self.parent)

    def status(self) -> object:
        return self._answer("status", self.state)

    def nice(self) -> object:
        return self._answer("nice", self.priority)

    def num_threads(self) -> object:
        return self._answer("num_threads", 3)

    def cpu_times(self) -> object:
        return self._answer("cpu_times", _Times(self.seconds, 0.5))

    def memory_info(self) -> object:
        return self._answer("memory_info", _Memory(4096))

    def io_counters(self) -> object:
        return self._answer("io_counters", _Io(7, 8))


def _reader(*processes: FakeProcess, windows: bool = False) -> PsutilProcessReader:
    return PsutilProcessReader(lambda: processes, windows)  # type: ignore[arg-type, return-value]


def test_a_row_holds_what_psutil_says() -> None:
    row = _reader(FakeProcess(7)).read("here", 1.0, with_io=True).rows[7]
    assert row == ((7, 100.0), 1, "demo", "vega\\ada", "sleeping", 0, 3, 1.5, 4096.0, 7.0, 8.0, "demo -x", False)


def test_io_is_not_read_unless_wanted() -> None:
    process = FakeProcess(7)
    row = _reader(process).read("here", 1.0, with_io=False).rows[7]
    assert math.isnan(row.read_bytes)
    assert "io_counters" not in process.asked


def test_an_unchanged_row_is_the_same_object_though_it_holds_nan() -> None:
    process = FakeProcess(7)
    reader = _reader(process)
    first = reader.read("here", 1.0, with_io=False).rows[7]
    assert reader.read("here", 2.0, with_io=False).rows[7] is first
    process.seconds = 2.0
    assert reader.read("here", 3.0, with_io=False).rows[7].cpu_time == 2.5


def test_what_is_refused_is_unknown_and_said() -> None:
    denied = psutil.AccessDenied(7)
    table = _reader(
        FakeProcess(7, fails=dict.fromkeys(("cpu_times", "memory_info", "username", "cmdline", "nice"), denied))
    ).read("here", 1.0, with_io=True)
    row = table.rows[7]
    assert math.isnan(row.cpu_time)
    assert math.isnan(row.memory)
    assert (row.user, row.command) == ("", "")
    assert [missing.reason for missing in table.missing] == ["needs administrator rights"]


@pytest.mark.parametrize("where", ["create_time", "name", "cpu_times", "ppid"])
def test_a_process_that_ends_half_way_is_absent(where: str) -> None:
    table = _reader(FakeProcess(7, fails={where: psutil.NoSuchProcess(7)}), FakeProcess(8)).read(
        "here", 1.0, with_io=True
    )
    assert set(table.rows) == {8}


def test_a_zombie_is_a_row() -> None:
    zombie = FakeProcess(
        7, state="zombie", fails={"cmdline": psutil.ZombieProcess(7), "memory_info": psutil.ZombieProcess(7)}
    )
    row = _reader(zombie).read("here", 1.0, with_io=False).rows[7]
    assert row.state == "zombie"
    assert math.isnan(row.memory)


def test_a_pid_that_is_used_again_is_another_process() -> None:
    process = FakeProcess(7, started=1.0)
    reader = _reader(process)
    first = reader.read("here", 1.0, with_io=False).rows[7]
    process.started, process.command = 2.0, ["other"]
    second = reader.read("here", 2.0, with_io=False).rows[7]
    assert second.key != first.key
    assert second.command == "other"


def test_on_windows_what_cannot_change_is_asked_once() -> None:
    process = FakeProcess(7, priority=16384)
    reader = _reader(FakeProcess(0, seconds=1e6), process, FakeProcess(4), windows=True)
    for time in (1.0, 2.0, 3.0):
        table = reader.read("here", time, with_io=False)
    assert set(table.rows) == {4, 7}  # 0 is the idle loop
    assert table.rows[4].kernel
    assert table.rows[7].nice == 10
    assert all(process.asked.count(name) == 1 for name in ("ppid", "username", "cmdline", "name"))


def test_elsewhere_a_new_parent_is_seen() -> None:
    process = FakeProcess(7, parent=5)
    reader = _reader(process)
    reader.read("here", 1.0, with_io=False)
    process.parent = 1
    assert reader.read("here", 2.0, with_io=False).rows[7].parent == 1


def test_a_system_that_lists_nothing_is_unavailable() -> None:
    def refuse() -> list[psutil.Process]:
        raise psutil.AccessDenied

    with pytest.raises(CollectorUnavailable):
        PsutilProcessReader(refuse).read("here", 1.0, with_io=False)


def test_nothing_is_kept_of_processes_that_ended() -> None:
    alive = [FakeProcess(pid) for pid in range(10, 20)]
    reader = PsutilProcessReader(lambda: alive, windows=False)  # type: ignore[arg-type, return-value]
    reader.read("here", 1.0, with_io=False)
    del alive[1:]
    assert set(reader.read("here", 2.0, with_io=False).rows) == {10}
    assert len(reader._fixed) == 1


def test_every_state_of_psutil_is_a_word_of_the_model() -> None:
    for name in dir(psutil):
        if name.startswith("STATUS_"):
            row = _reader(FakeProcess(7, state=getattr(psutil, name))).read("here", 1.0, with_io=False).rows[7]
            assert row.state in PROCESS_STATES


def test_this_machine() -> None:
    reader = PsutilProcessReader()
    with subprocess.Popen(["sleep", "60"]) as child:
        table = reader.read("here", 1.0, with_io=True)
        child.kill()
    row = table.rows[child.pid]
    assert (row.parent, row.threads) == (os.getpid(), 1)
    assert row.user == psutil.Process().username()
    reader.close()
