"""The table at one moment: arranged, filtered, with totals; what is new, what ended, what stands still."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from sysmon.model.process import GpuUse, GpuUses, ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.model.sample import Missing
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_filter import ProcessFilter
from sysmon.viewmodels.process_list import NO_SERVICE, Arrangement, ListChoice, ListView, ProcessList
from sysmon.viewmodels.processes import COLUMN_OF, Phase, ProcessOrder
from tests.viewmodels.fake_host import BEGIN, HOST, FakeHost, plain
from tests.viewmodels.fake_processes import row, table

LIVE = TimeScope(0.0, 300.0, live=True)
PAUSED = TimeScope(0.0, 300.0, live=False)
FLAT = ListChoice(Arrangement.FLAT)
TREE = ListChoice()


class Scene:
    """A host that gets one table after another, and the list of its processes."""

    def __init__(self, *tables: tuple[ProcessRow, ...]) -> None:
        self.host = FakeHost()
        self.filter = ProcessFilter()
        self.list = ProcessList(self.host.query, HOST, Units(), self.filter)
        self.second = 0
        for rows in tables:
            self.put(*rows)

    def put(self, *rows: ProcessRow, missing: tuple[Missing, ...] = ()) -> None:
        self.second += 1
        self.host.store.put_processes(table(self.second, *rows, missing=missing))
        self.list.view(LIVE, FLAT)

    def view(self, choice: ListChoice = FLAT, scope: TimeScope = LIVE) -> ListView:
        return self.list.view(scope, choice)

    def type(self, text: str) -> None:
        self.filter.set_text(text)
        self.list.changed()


def pids(view: ListView) -> list[int]:
    return [found.entry.key.pid for found in view.rows]


def names(view: ListView) -> list[str]:
    return ["." * found.depth + found.entry.row.name for found in view.rows]


FAMILY = (
    row(1, "init", parent=0),
    row(10, "bash", parent=1),
    row(11, "cc", parent=10, cpu=0.0, read=0.0, write=0.0),
    row(20, "db", parent=1, memory=5e6),
)


def test_a_process_that_does_nothing_keeps_its_entry() -> None:
    scene = Scene((FAMILY[0],), (FAMILY[0],), (FAMILY[0],))
    before = scene.view().rows[0].entry
    scene.put(FAMILY[0])
    assert scene.view().rows[0].entry is before


def test_the_first_view_has_rates_where_an_earlier_table_is_kept() -> None:
    scene = Scene()
    for second, used in ((1, 0.0), (3, 1.0)):
        scene.host.store.put_processes(table(second, FAMILY[2]._replace(cpu_time=used)))
    assert scene.view().rows[0].entry.rate.cpu == 0.5


def test_rates_come_and_go() -> None:
    busy = FAMILY[2]._replace(cpu_time=0.5)
    scene = Scene(FAMILY, FAMILY, (*FAMILY[:2], busy, FAMILY[3]))
    assert scene.list.entries[11].rate.cpu == pytest.approx(0.5)
    assert pids(scene.view())[0] == 11
    scene.put(*FAMILY[:2], busy, FAMILY[3])
    assert scene.list.entries[11].rate.cpu == 0.0


def test_nothing_new_is_the_same_view_and_time_that_stands_keeps_the_table() -> None:
    scene = Scene((row(10),))
    assert scene.view() is scene.view()
    scene.second += 1
    scene.host.store.put_processes(table(scene.second, row(10), row(11)))
    assert len(scene.view(scope=PAUSED).rows) == 1
    assert len(scene.view().rows) == 2


def test_what_began_is_fresh_once_and_what_is_old_is_not() -> None:
    scene = Scene((row(10),), (row(10),))
    scene.put(row(10), row(11, start=BEGIN + 2.5), row(12, start=BEGIN - 500))
    assert {pid: e.phase for pid, e in scene.list.entries.items()} == {
        10: Phase.LIVING,
        11: Phase.FRESH,
        12: Phase.LIVING,
    }
    scene.put(row(10), row(11, start=BEGIN + 2.5), row(12, start=BEGIN - 500))
    assert scene.list.entries[11].phase is Phase.LIVING


def test_what_ended_stays_for_three_seconds_and_counts_no_more() -> None:
    scene = Scene((row(10), row(11)), (row(10), row(11)), (row(10),))
    assert scene.list.entries[11].phase is Phase.ENDED
    assert scene.view().totals.startswith("1 process ·")
    scene.put(row(10))
    scene.put(row(10))
    assert 11 in scene.list.entries
    scene.put(row(10))
    assert 11 not in scene.list.entries
    assert pids(scene.view()) == [10]


def test_after_a_long_silence_nothing_is_greyed() -> None:
    scene = Scene((row(10), row(11)), (row(10), row(11)))
    scene.second += 60
    scene.put(row(10))
    assert pids(scene.view()) == [10]


def test_a_pid_that_is_used_again_is_another_process() -> None:
    scene = Scene((row(10),), (row(10),), (row(10, cpu=0.1, start=BEGIN + 2.5),))
    assert scene.list.entries[10].phase is Phase.FRESH
    assert scene.list.entries[10].rate.cpu == pytest.approx(0.1)
    scene.put()
    scene.put(row(10, start=BEGIN + 3.5))
    assert scene.list.entries[10].phase is Phase.FRESH
    assert len(scene.list.entries) == 1


def test_the_tree_and_a_closed_branch_with_its_sums() -> None:
    scene = Scene(FAMILY, FAMILY)
    by_name = ListChoice(order=ProcessOrder("name", ascending=True))
    assert names(scene.view(by_name)) == ["init", ".bash", "..cc", ".db"]
    closed = ListChoice(order=by_name.order, collapsed=frozenset({FAMILY[0].key}))
    view = scene.view(closed)
    assert names(view) == ["init"]
    assert view.rows[0].entry.row.memory == sum(each.memory for each in FAMILY)
    assert view.rows[0].below == 3


def test_applications_are_groups_that_open() -> None:
    rows = (row(1, "systemd", parent=0), row(5, "firefox"), row(6, "Web", parent=5, memory=3e6), row(7, "db"))
    scene = Scene(rows, rows)
    choice = ListChoice(Arrangement.APPLICATIONS, ProcessOrder("name", ascending=True))
    view = scene.view(choice)
    heads = {found.entry.row.name: found for found in view.rows}
    firefox = heads["firefox"]
    assert firefox.below == 2
    assert firefox.entry.row.memory == 4e6
    assert firefox.entry.key.pid < 0
    assert [e.key.pid for e in scene.list.targets(firefox.entry)] == [5, 6]
    opened = ListChoice(choice.arrangement, choice.order, opened=frozenset({firefox.entry.key}))
    assert "..." not in "".join(names(scene.view(opened)))
    assert [n for n in names(scene.view(opened)) if n.startswith(".")] == [".firefox", ".Web"]
    assert scene.list.application(scene.list.entries[6])[0] == "firefox"
    scene.put(*rows)
    assert firefox.entry.key in {found.entry.key for found in scene.view(opened).rows}, "a group keeps its key"


def test_services_are_placed_later_and_forgotten_with_their_processes() -> None:
    scene = Scene(FAMILY, FAMILY)
    choice = ListChoice(Arrangement.SERVICES, ProcessOrder("name", ascending=True))
    assert names(scene.view(choice)) == [NO_SERVICE]
    assert len(scene.list.unplaced()) == 4
    places: Mapping[ProcessKey, str] = {each.key: ("db.service" if each.name == "db" else "") for each in FAMILY}
    scene.list.place(places)
    assert names(scene.view(choice)) == ["db.service", NO_SERVICE]
    assert scene.list.unplaced() == []


def test_a_filter_counts_both_and_says_when_nothing_matches() -> None:
    scene = Scene((row(1, "a"), row(2, "b")))
    scene.type("/bin.a/")
    assert scene.view().totals.startswith("1 of 2 processes")
    scene.type("zzz")
    assert scene.view().missing == "No process matches “zzz”"
    scene.type("port:80")
    assert scene.view().missing == "Looking into the processes"
    assert len(scene.list.pairs()) == 2


def test_the_tree_shows_the_way_to_what_matches() -> None:
    scene = Scene(FAMILY, FAMILY)
    scene.type("name=cc")
    view = scene.view(TREE)
    assert names(view) == ["init", ".bash", "..cc"]
    assert [found.shown_for_child for found in view.rows] == [True, True, False]


def test_kernel_threads_only_when_asked_for() -> None:
    scene = Scene((row(10), row(2, "kthreadd", kernel=True)))
    assert pids(scene.view()) == [10]
    scene.type("kernel:yes")
    assert pids(scene.view()) == [2]


def test_sums_for_the_heads() -> None:
    busy = FAMILY[2]._replace(cpu_time=0.5, read_bytes=2e6)
    scene = Scene(FAMILY)
    assert "cpu" not in scene.view().sums, "one table tells no rate"
    scene.put(*FAMILY)
    scene.put(*FAMILY[:2], busy, FAMILY[3])
    sums = {key: plain(text) for key, text in scene.view().sums.items()}
    assert sums == {"memory": "7.63 MiB", "cpu": "50.0 %", "read": "2.00 MB/s", "write": "0 B/s"}


def test_unknown_memory_is_left_out_of_the_sum() -> None:
    scene = Scene((row(1, memory=math.nan), row(2, memory=1024.0 * 1024.0)))
    assert plain(scene.view().sums["memory"]) == "1.00 MiB"


def test_before_and_without_processes() -> None:
    scene = Scene()
    assert scene.view().missing == "Reading the processes"
    assert math.isnan(scene.list.time)
    scene.put(missing=(Missing("processes", "/proc is hidden"),))
    assert scene.view().missing == "/proc is hidden"


def test_what_could_not_be_read_of_some_is_noted_once() -> None:
    why = Missing("process_io", "only root may read it")
    scene = Scene()
    scene.put(row(1), missing=(why, why))
    assert scene.view().note == "only root may read it"


def test_a_branch_and_targets_are_what_lives() -> None:
    scene = Scene(FAMILY, FAMILY, FAMILY[:2])
    assert [e.key.pid for e in scene.list.below(FAMILY[0].key)] == [1, 10]
    ended = scene.list.entries[11]
    assert scene.list.targets(ended) == []


def test_who_uses_a_gpu_is_a_column_with_a_sum_or_a_reason() -> None:
    scene = Scene()
    for second in (1, 2):
        made = replace(table(second, row(10), row(11)), gpu=GpuUses({10: GpuUse(0.25, 1e9)}))
        scene.host.store.put_processes(made)
    view = scene.view()
    assert scene.list.tells_gpu
    assert [plain(found.entry.text(COLUMN_OF["gpu"], Units())) for found in view.rows] == ["25.0 %", ""]
    assert plain(view.sums["gpu"]) == "25.0 %"
    assert "gpu" not in view.reasons
    scene.host.store.put_processes(table(3, row(10), row(11)))
    view = scene.view()
    assert not scene.list.tells_gpu
    assert "gpu" not in view.sums
    assert [found.entry.text(COLUMN_OF["gpu"], Units()) for found in view.rows] == ["–", "–"]
    assert "no GPU" in view.reasons["gpu"]


def test_columns_on_demand_stay_with_their_process_and_go_when_forgotten() -> None:
    scene = Scene(FAMILY, FAMILY)
    told = {FAMILY[3].key: ColumnFigures(pss=5e6), ProcessKey(20, 1.0): ColumnFigures(pss=9e6)}
    assert scene.list.take_columns(told, {Column.IO_WAIT: "not counted"})
    assert not scene.list.take_columns(told, {Column.IO_WAIT: "not counted"}), "nothing is another"
    scene.put(*FAMILY[:3], FAMILY[3]._replace(cpu_time=0.5))
    view = scene.view(ListChoice(Arrangement.FLAT, ProcessOrder("pss")))
    assert view.rows[0].entry.extra.pss == 5e6
    assert view.reasons["iowait"] == "not counted"
    scene.put(*FAMILY[:3], row(20, "other", start=BEGIN))
    assert math.isnan(scene.list.entries[20].extra.pss), "another process with that PID"
    scene.list.forget_columns()
    assert "iowait" not in scene.view().reasons


def test_threads_of_the_kernel_are_listed_where_that_is_wanted() -> None:
    scene = Scene((row(1, "init"), row(2, "kthreadd", kernel=True)))
    assert pids(scene.view()) == [1]
    assert sorted(pids(scene.view(ListChoice(Arrangement.FLAT, kernel=True)))) == [1, 2]


def test_shares_of_the_machine() -> None:
    scene = Scene((row(10),), (row(10, cpu=2.0),))
    scene.list.units = Units(machine_cpu=True, cores=4)
    assert plain(scene.view(TREE).sums["cpu"]) == "50.0 %"


def test_ages_are_those_at_the_time_of_the_table() -> None:
    scene = Scene((row(5, "young"), row(6, "old")))
    table = scene.host.query.processes(HOST)
    assert table is not None
    seconds = table.time - table.rows[5].key.start
    scene.type(f"age={seconds:.0f}s")
    assert pids(scene.view()) == [5], "whatever the clock here says"
    scene.type(f"age<{seconds:.0f}s")
    assert pids(scene.view()) == [6], "which began a second later"
