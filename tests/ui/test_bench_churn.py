from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import series
from sysmon.model.process import ProcessKey
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.ui.bench_churn import Watched, count
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.source import Source
from tests.viewmodels.fake_host import HOST, FakeHost
from tests.viewmodels.fake_processes import row, table


@pytest.fixture
def page(theme: Theme, cursor: TimeCursor, window: QWidget) -> ProcessesPage:
    host = FakeHost()
    host.tick({series(names.LOAD_1M): 1.0})
    host.store.put_processes(table(1, *(row(pid, f"p{pid}") for pid in range(1, 51))))
    made = ProcessesPage(PageContext(theme, cursor, lambda _: None), window)
    made.show_machine(Source(host.query, HOST, Units(), "orion"))
    made.refresh(host.scope())
    return made


@pytest.fixture
def found(page: ProcessesPage) -> Watched:
    key = page.table.rows.entry(10).key
    assert page.table.go_to(key)
    return Watched(page, key)


def test_frames_of_one_table_count_once(found: Watched) -> None:
    for time in (1.0, 1.0, 2.0, 2.0, 3.0):
        found.frame(time)
    assert len(found.costs) == 2
    assert all(cost >= 0.0 for cost in found.costs)
    assert (found.changes, found.lost) == (0, 0)


def test_another_selection_is_a_change_and_a_loss(page: ProcessesPage, found: Watched) -> None:
    page.table.selectRow(3)
    found.frame(1.0)
    assert found.changes > 0
    assert found.lost == 1
    found.begin()
    assert (found.changes, found.lost, found.costs) == (0, 0, [])


def test_a_chosen_process_that_is_not_listed_any_more_is_a_loss(page: ProcessesPage, found: Watched) -> None:
    page.bar.filter.setText("name=p49")
    found.frame(1.0)
    assert found.lost == 1


def test_what_may_not_grow_is_counted() -> None:
    store = Store()
    empty = count(Query(store))
    assert empty["processes"] == 0.0
    assert empty["memory_mb"] > 10.0
    assert empty["threads"] >= 1.0
    store.put_processes(table(1, *(row(pid) for pid in range(1, 8))))
    kept = [ProcessKey(pid, 0.0) for pid in range(1000)]
    more = count(Query(store))
    assert more["processes"] == 7.0
    assert more["objects"] >= empty["objects"] + len(kept)
    assert Query(store).processes(LOCAL) is not None
