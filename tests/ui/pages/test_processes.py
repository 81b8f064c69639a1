from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.processes import ProcessesPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost
from tests.viewmodels.fake_processes import row, table


def machine(count: int = 50) -> FakeHost:
    host = FakeHost()
    host.tick({series(names.LOAD_1M): 1.0})
    host.store.put_processes(table(1, *(row(pid, f"p{pid}", memory=pid * 1e6) for pid in range(1, count + 1))))
    return host


def test_rows_and_totals(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine())
    assert page.table.rows.rowCount() == 50
    assert page.bar.totals.accessibleName() == "50 processes · 50 threads · 0 running"
    assert not page.grab().isNull()


def test_the_head_sorts_and_says_so(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine())
    page.bar.views.chosen.emit("flat")
    page.table.order_asked.emit("pid", True)
    assert page.table.rows.entry(0).key.pid == 1
    assert page.table.rows.headerData(1, Qt.Orientation.Horizontal) == "PID ↑"
    page.table.order_asked.emit("memory", False)
    assert page.table.rows.entry(0).key.pid == 50


def test_typing_filters_and_escape_clears(show: Show[ProcessesPage], qtbot: QtBot) -> None:
    page = show(ProcessesPage, machine())
    assert page.focus_filter()
    QTest.keyClicks(page.bar.filter, "name=p17")
    assert [page.table.rows.entry(at).row.name for at in range(2)] == ["p1", "p17"]
    assert page.table.rows.row(0).shown_for_child
    QTest.keyClick(page.bar.filter, Qt.Key.Key_Escape)
    assert page.table.rows.rowCount() == 50


def test_a_filter_that_finds_nothing_says_so(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine())
    page.bar.filter.setText("zzz")
    assert page.stack.currentWidget() is page.note
    assert "zzz" in page.note.accessibleName()
    page.bar.filter.clear()
    assert page.stack.currentWidget() is page.table


def test_why_there_is_nothing(show: Show[ProcessesPage]) -> None:
    host = FakeHost()
    page = show(ProcessesPage, host)
    assert "Reading the processes" in page.note.accessibleName()
    host.store.put_processes(table(1, missing=(Missing("processes", "/proc is hidden"),)))
    page.refresh(host.scope())
    assert "/proc is hidden" in page.note.accessibleName()


def test_it_wants_processes_and_their_io_while_shown() -> None:
    assert set(ProcessesPage.topics) == {"processes", "process_io"}
