from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import ProcessRow
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.processes import (
    COLUMN_OF,
    COLUMNS,
    ProcessEntry,
    ProcessesModel,
    ProcessOrder,
    heat,
    matching,
    sort,
)
from tests.viewmodels.fake_host import HOST, FakeHost, plain
from tests.viewmodels.fake_processes import row, table

LIVE = TimeScope(0.0, 300.0, live=True)
PAUSED = TimeScope(0.0, 300.0, live=False)


def model_of(*tables: tuple[ProcessRow, ...]) -> tuple[FakeHost, ProcessesModel]:
    host = FakeHost()
    model = ProcessesModel(host.query, HOST, Units())
    for second, rows in enumerate(tables, start=1):
        host.store.put_processes(table(second, *rows))
        model.view(LIVE, ProcessOrder())
    return host, model


def entry(pid: int, cpu: float, memory: float = 1e6) -> ProcessEntry:
    return ProcessEntry(row(pid, memory=memory), ProcessRate(cpu, math.nan, math.nan))


def test_busiest_first_with_texts() -> None:
    _, model = model_of(
        (row(10, "idle", read=0.0, write=0.0), row(11, "rustc", read=0.0, write=0.0)),
        (
            row(10, "idle", read=0.0, write=0.0),
            row(11, "rustc", cpu=0.987, read=31e6, write=0.0, state="running", threads=18),
        ),
    )
    view = model.view(LIVE, ProcessOrder())
    texts = [plain(view.entries[0].text(column, Units())) for column in COLUMNS]
    assert texts == ["rustc", "11", "me", "98.7 %", "977 KiB", "31.0 MB/s", "", "running", "18", "/usr/bin/rustc"]
    assert [plain(view.entries[1].text(COLUMN_OF[key], Units())) for key in ("cpu", "read")] == ["", ""]
    assert view.totals == "2 processes · 19 threads · 1 running"


def test_a_process_that_does_nothing_keeps_its_row_and_its_texts() -> None:
    idle = row(10)
    host, model = model_of((idle,), (idle,))
    before = model.view(LIVE, ProcessOrder()).entries[0]
    host.store.put_processes(table(3, idle))
    assert model.view(LIVE, ProcessOrder()).entries[0] is before


def test_nothing_new_is_the_same_view() -> None:
    _, model = model_of((row(10),))
    assert model.view(LIVE, ProcessOrder()) is model.view(LIVE, ProcessOrder())


def test_while_time_stands_the_table_stands() -> None:
    host, model = model_of((row(10),))
    host.store.put_processes(table(2, row(10), row(11)))
    assert len(model.view(PAUSED, ProcessOrder()).entries) == 1
    assert len(model.view(LIVE, ProcessOrder()).entries) == 2


def test_a_pid_that_is_used_again_is_another_process() -> None:
    host, model = model_of((row(10, cpu=50.0),))
    host.store.put_processes(table(2, row(10, cpu=0.1, start=1_700_000_001.5)))
    found = model.view(LIVE, ProcessOrder()).entries[0]
    assert found.rate.cpu == pytest.approx(0.1)


def test_kernel_threads_only_when_asked_for() -> None:
    _, model = model_of((row(10), row(2, "kthreadd", kernel=True)))
    assert len(model.view(LIVE, ProcessOrder()).entries) == 1
    assert len(model.view(LIVE, ProcessOrder(kernel=True)).entries) == 2


@pytest.mark.parametrize(
    ("words", "pids"),
    [("", [1, 2, 3]), ("FIRE", [2]), ("me web", [3]), ("3", [3]), ("root", [1]), ("nothing", []), ("  ", [1, 2, 3])],
)
def test_filter(words: str, pids: list[int]) -> None:
    rows = (row(1, "systemd", user="root"), row(2, "firefox"), row(3, "Web Content", command="/usr/lib/browser -web"))
    entries = [ProcessEntry(each, ProcessRate(0.0, 0.0, 0.0)) for each in rows]
    assert [each.key.pid for each in matching(entries, words)] == pids


def test_filtered_totals_name_both_counts() -> None:
    _, model = model_of((row(1, "a"), row(2, "b")))
    assert model.view(LIVE, ProcessOrder(words="/usr/bin/a")).totals.startswith("1 of 2 processes")
    assert model.view(LIVE, ProcessOrder(words="zzz")).missing == "No process matches “zzz”"


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


def test_before_and_without_processes() -> None:
    host = FakeHost()
    model = ProcessesModel(host.query, HOST, Units())
    assert model.view(LIVE, ProcessOrder()).missing == "Reading the processes"
    host.store.put_processes(table(1, missing=(Missing("processes", "/proc is hidden"),)))
    assert model.view(LIVE, ProcessOrder()).missing == "/proc is hidden"


def test_what_could_not_be_read_of_some_is_noted_once() -> None:
    host = FakeHost()
    why = Missing("process_io", "only root may read it")
    host.store.put_processes(table(1, row(1), missing=(why, why)))
    assert ProcessesModel(host.query, HOST, Units()).view(LIVE, ProcessOrder()).note == "only root may read it"
