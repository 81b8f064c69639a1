"""Who uses GPUs: shares from counters, several GPUs added up, old answers forgotten, asked only while it is wanted."""

from __future__ import annotations

import math
from pathlib import Path

from sysmon.collectors.gpu import GpuCollector
from sysmon.collectors.gpu_part import GpuProcess
from sysmon.collectors.gpu_users import GOOD_FOR, WANTED_FOR, GpuUsers, ProcessesWithGpu
from sysmon.model.process import GpuUse, ProcessTable
from tests.collectors.clocks import HandClock
from tests.collectors.test_gpu import FakePart

NAN = math.nan


def test_nothing_is_told_before_the_first_answer_and_after_it_is_old() -> None:
    clock = HandClock()
    users = GpuUsers(clock)
    assert users.take() is None
    users.put([GpuProcess(7, "0", 5.0, 0.5, NAN)])
    uses = users.take()
    assert uses is not None
    assert uses.by_pid == {7: GpuUse(0.5, 5.0)}
    assert users.take() is uses, "the same object until the next answer"
    clock.pass_by(GOOD_FOR)
    assert users.take() is None


def test_it_is_wanted_only_for_a_while_after_somebody_took() -> None:
    clock = HandClock()
    users = GpuUsers(clock)
    assert not users.wanted
    users.take()
    assert users.wanted
    clock.pass_by(WANTED_FOR)
    assert not users.wanted


def test_counters_of_engines_become_shares_and_several_gpus_are_added_up() -> None:
    clock = HandClock()
    users = GpuUsers(clock)
    users.put([GpuProcess(7, "0", 5.0, NAN, 10.0), GpuProcess(8, "0", 1.0, NAN, 3.0)])
    first = users.take()
    assert first is not None
    assert math.isnan(first.by_pid[7].share), "one look at a counter tells no share"
    clock.pass_by(2.0)
    users.put(
        [GpuProcess(7, "0", 5.0, NAN, 11.0), GpuProcess(7, "1", 3.0, 0.25, NAN), GpuProcess(8, "0", 1.0, NAN, 2.0)]
    )
    second = users.take()
    assert second is not None
    assert second.by_pid[7] == GpuUse(0.75, 8.0)
    assert math.isnan(second.by_pid[8].share), "a counter that went back is another process"


class Reader:
    """Reads nothing, and counts how often it is closed."""

    closed = 0

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        del with_io
        return ProcessTable(host, time, {})

    def close(self) -> None:
        self.closed += 1


def test_tables_carry_what_the_drivers_answered_while_tables_are_read() -> None:
    clock = HandClock()
    users, part, reader = GpuUsers(clock), FakePart("A"), Reader()
    gpu = GpuCollector(Path("/nowhere"), Path("/nowhere"), [part], clock)
    gpu.users = users
    processes = ProcessesWithGpu(reader, users)
    gpu.read()
    assert users.take() is None, "nobody wanted it"
    assert processes.read("h", 1.0, True).gpu is None
    gpu.read()
    told = processes.read("h", 2.0, True).gpu
    assert told is not None
    assert (told.by_pid[1].memory, math.isnan(told.by_pid[1].share)) == (1.0, True)
    assert told.only_of == ""
    part.denied = True
    gpu.read()
    told = processes.read("h", 3.0, True).gpu
    assert told is not None
    assert told.only_of != ""
    processes.close()
    assert reader.closed == 1
