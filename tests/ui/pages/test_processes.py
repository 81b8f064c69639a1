from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.viewmodels.processes import ProcessOrder
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


def test_a_wrong_filter_leaves_the_rows_and_says_where(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine())
    page.bar.filter.setText("nonsense>5")
    assert page.table.rows.rowCount() == 50
    assert page.bar.filter.problem() is not None
    page.bar.filter.setText("p1")
    assert page.bar.filter.problem() is None


def test_branches_fold_and_stay_folded(show: Show[ProcessesPage]) -> None:
    host = machine(5)
    page = show(ProcessesPage, host)
    page.table.fold_asked.emit(page.table.rows.entry(0).key, False)
    assert page.table.rows.rowCount() == 1
    host.store.put_processes(table(2, *(row(pid, f"p{pid}") for pid in range(1, 6))))
    page.refresh(host.scope())
    assert page.table.rows.rowCount() == 1
    page.table.fold_asked.emit(page.table.rows.entry(0).key, True)
    assert page.table.rows.rowCount() == 5


def test_the_recent_view_asks_the_kernel_only_while_it_is_seen(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine(5))
    page.bar.views.chosen.emit("recent")
    assert page.stack.currentWidget() is page.recent
    page.bar.views.chosen.emit("tree")
    page.refresh(machine(5).scope())
    assert page.stack.currentWidget() is page.table


def test_columns_are_remembered_by_the_window(show: Show[ProcessesPage], context: PageContext, window: QWidget) -> None:
    page = show(ProcessesPage, machine(5))
    page.table.toggle_column(2)
    other = ProcessesPage(context, window)
    assert other.table.isColumnHidden(2)


@pytest.mark.parametrize(("width", "seen"), [(1440, True), (1000, False)])
def test_the_panel_is_there_where_there_is_room(
    show: Show[ProcessesPage], window: QWidget, width: int, seen: bool
) -> None:
    page = show(ProcessesPage, machine(5))
    window.resize(width, 800)
    page.resize(width - 252, 700)
    assert page.panel.isVisibleTo(page) is seen


def head_menu(page: ProcessesPage) -> QMenu:
    page.table.head.customContextMenuRequested.emit(QPoint(5, 5))
    return page.table.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]


def test_the_head_offers_every_column_and_what_cpu_is_a_share_of(
    show: Show[ProcessesPage], context: PageContext
) -> None:
    page = show(ProcessesPage, machine(5))
    menu = head_menu(page)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert {"GPU", "PSS", "Swap", "I/O wait", "Container", "Control group", "CPU of the whole machine"} <= set(texts)
    next(action for action in menu.actions() if action.text() == "CPU of the whole machine").trigger()
    assert context.settings.processes_cpu == "machine"
    menu.close()
    again = head_menu(page)
    assert next(action for action in again.actions() if action.text() == "CPU of the whole machine").isChecked()
    again.close()


def test_threads_of_the_kernel_can_be_listed(show: Show[ProcessesPage], context: PageContext) -> None:
    host = machine(3)
    host.store.put_processes(table(2, row(1, "init"), row(2, "kthreadd", kernel=True)))
    page = show(ProcessesPage, host)
    assert page.table.rows.rowCount() == 1
    context.settings.set("processes.kernel", True)
    page.refresh(host.scope())
    assert page.table.rows.rowCount() == 2


def test_the_order_is_remembered_with_the_columns(
    show: Show[ProcessesPage], context: PageContext, window: QWidget
) -> None:
    page = show(ProcessesPage, machine(5))
    page.table.order_asked.emit("memory", True)
    page.hidden()
    other = ProcessesPage(context, window)
    assert other.choice.order == ProcessOrder("memory", ascending=True)
    assert other.table.rows.sorted_by == "memory"


def test_branches_are_sorted_by_their_sum_or_by_the_process_alone(
    show: Show[ProcessesPage], context: PageContext, window: QWidget
) -> None:
    host = machine(0)
    rows = [
        row(1, "init", parent=0),
        row(2, "a", memory=5e6),
        row(3, "b", memory=1e6),
        row(4, "c", memory=9e6, parent=3),
    ]
    host.store.put_processes(table(2, *rows))
    page = show(ProcessesPage, host)
    page.table.order_asked.emit("memory", False)

    def listed() -> list[str]:
        return [page.table.rows.entry(at).row.name for at in range(page.table.rows.rowCount())]

    assert listed() == ["init", "b", "c", "a"]
    menu = head_menu(page)
    branches = next(action for action in menu.actions() if action.text() == "Sort branches by their sum")
    menu.close()  # rows stay where they are until then
    branches.trigger()
    assert listed() == ["init", "a", "b", "c"]
    assert ProcessesPage(context, window).choice.by_branch is False


def test_the_busiest_of_a_name_can_be_chosen(show: Show[ProcessesPage]) -> None:
    host = machine(0)
    host.store.put_processes(table(2, row(1, "init"), row(5, "web", cpu=1.0), row(6, "web", cpu=9.0)))
    page = show(ProcessesPage, host)
    assert page.choose("web")
    assert [entry.key.pid for entry in page.table.selected()] == [6]
    assert not page.choose("nope")


def test_what_a_filter_could_not_see_stands_beside_what_it_found(show: Show[ProcessesPage]) -> None:
    page = show(ProcessesPage, machine(5))
    page.bar.filter.setText("pid:1")
    page.search.unseen = "3 processes of other users could not be looked into; root may"
    page.refresh(machine(5).scope())
    assert page.bar.totals.accessibleName().endswith("· not all seen")
    assert "root may" in page.bar.totals.toolTip()
    page.bar.filter.setText("zzz")
    page.search.unseen = "3 processes of other users could not be looked into; root may"
    page.refresh(machine(5).scope())
    assert "root may" in page.note.accessibleName()
