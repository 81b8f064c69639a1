from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import (
    COLUMN_OF,
    COLUMNS,
    Phase,
    ProcessEntry,
    ProcessOrder,
    heat,
    sort,
)
from tests.viewmodels.fake_host import plain
from tests.viewmodels.fake_processes import row


def entry(pid: int, cpu: float, memory: float = 1e6) -> ProcessEntry:
    return ProcessEntry(row(pid, memory=memory), ProcessRate(cpu, math.nan, math.nan))


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0, 64)), max_size=30), st.booleans())
def test_unknown_figures_come_last_in_both_directions(shares: list[float], ascending: bool) -> None:
    entries = [entry(pid, cpu) for pid, cpu in enumerate(shares)]
    sort(entries, ProcessOrder("cpu", ascending))
    known = [each.rate.cpu for each in entries if each.rate.cpu == each.rate.cpu]
    assert known == sorted(known, reverse=not ascending)
    assert all(each.rate.cpu != each.rate.cpu for each in entries[len(known) :])


@pytest.mark.parametrize("column", [column.key for column in COLUMNS])
@pytest.mark.parametrize("ascending", [True, False])
def test_every_column_sorts(column: str, ascending: bool) -> None:
    entries = [entry(3, 0.1, 3e6), entry(1, 0.3, 1e6), entry(2, 0.2, 2e6)]
    sort(entries, ProcessOrder(column, ascending))
    assert {each.key.pid for each in entries} == {1, 2, 3}
    if column == "pid":
        assert [each.key.pid for each in entries] == ([1, 2, 3] if ascending else [3, 2, 1])


def test_equal_figures_stand_by_memory() -> None:
    entries = [entry(1, 0.0, 1e6), entry(2, 0.0, 5e6), entry(3, 0.0, math.nan)]
    sort(entries, ProcessOrder("cpu"))
    assert [each.key.pid for each in entries] == [2, 1, 3]


def test_an_unknown_column_sorts_by_cpu() -> None:
    entries = [entry(1, 0.1), entry(2, 0.9)]
    sort(entries, ProcessOrder("nonsense"))
    assert entries[0].key.pid == 2


def test_hostile_names_are_harmless() -> None:
    hostile = ProcessEntry(row(1, "\x1b[2Jevil\u202e", command="a\nb"), ProcessRate(0.0, 0.0, 0.0))
    assert "\x1b" not in hostile.text(COLUMN_OF["name"], Units())
    assert "\n" not in hostile.text(COLUMN_OF["command"], Units())


def test_heat() -> None:
    assert heat(entry(1, 0.5), COLUMN_OF["cpu"]) == 0.5
    assert heat(entry(1, 9.0), COLUMN_OF["cpu"]) == 1.0
    assert heat(entry(1, math.nan), COLUMN_OF["cpu"]) == 0.0
    assert heat(entry(1, 0.5), COLUMN_OF["name"]) == 0.0


def test_texts_of_a_row() -> None:
    busy = row(11, "rustc", cpu=987.0, read=31e6, write=0.0, state="running", threads=18, memory=1e6)
    found = ProcessEntry(busy, ProcessRate(0.987, 31e6, 0.0))
    shown = [plain(found.text(column, Units())) for column in COLUMNS if column.shown]
    assert shown == ["rustc", "11", "me", "98.7 %", "977 KiB", "31.0 MB/s", "", "running"]
    assert plain(found.text(COLUMN_OF["time"], Units())) == "16 min 27 s"
    idle = ProcessEntry(busy, ProcessRate(0.0, 0.0, 0.0))
    assert [idle.text(COLUMN_OF[key], Units()) for key in ("cpu", "read")] == ["", ""]


def test_one_that_ended_has_a_name_and_no_figures() -> None:
    ended = ProcessEntry(row(11, "rustc"), ProcessRate(0.9, 1.0, 1.0), Phase.ENDED)
    texts = {key: ended.text(COLUMN_OF[key], Units()) for key in ("name", "pid", "cpu", "memory", "read", "state")}
    assert texts == {"name": "rustc", "pid": "11", "cpu": "", "memory": "", "read": "", "state": "ended"}


def test_a_group_has_no_pid() -> None:
    group = ProcessEntry(row(-3, "firefox"), ProcessRate(0.0, 0.0, 0.0))
    assert [group.text(COLUMN_OF[key], Units()) for key in ("pid", "nice", "started")] == ["", "", ""]
