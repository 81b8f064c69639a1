"""The panel: one process, or the hint to choose one; buttons that say why they are off."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.pipeline.process_history import Trace
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.ui.process_panel import ProcessPanel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_detail import PanelModel, PanelView
from tests.viewmodels.fake_host import BEGIN
from tests.viewmodels.test_process_detail import FAMILY


def view(pid: int = 30) -> PanelView:
    entry = FAMILY[pid]
    trace = Trace(entry.key, entry.row.name)
    for second in range(60):
        trace.add(BEGIN - 60 + second, entry.row, ProcessRate(0.5, 1e6, 0.0))
    return PanelModel(Units(), entry).view(TimeScope(BEGIN - 300, BEGIN, live=True), FAMILY, trace)


@pytest.fixture
def panel(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> ProcessPanel:
    made = ProcessPanel(theme, cursor, window)
    made.resize(made.width(), 700)
    window.resize(400, 720)
    window.show()
    qtbot.waitUntil(made.isVisible)
    return made


def test_nothing_chosen_says_what_to_do(panel: ProcessPanel) -> None:
    panel.set_view(None)
    assert panel.stack.currentWidget() is panel.empty
    assert not panel.grab().isNull()


def test_a_process_with_plots_facts_and_kin(panel: ProcessPanel) -> None:
    panel.set_view(view())
    assert panel.head.accessibleName() == "cargo 30"
    assert panel.captions["cpu"].accessibleName().startswith("CPU 50.0")
    assert "Parent bash (20)" in panel.facts.accessibleName()
    assert "init (1)" in panel.parents.text()
    assert "rustc (31)" in panel.children_list.text()
    assert not panel.grab().isNull()
    assert panel.plots["cpu"].painted == 1


def test_links_go_to_their_process(panel: ProcessPanel, qtbot: QtBot) -> None:
    panel.set_view(view())
    with qtbot.waitSignal(panel.gone_to) as gone:
        panel.parents.linkActivated.emit("20")
    assert gone.args == [FAMILY[20].key]
    with qtbot.assertNotEmitted(panel.gone_to):
        panel.parents.linkActivated.emit("999")


def test_what_cannot_be_done_says_why(panel: ProcessPanel, qtbot: QtBot) -> None:
    panel.set_view(view(), "this machine only")
    assert not panel.end.isEnabled()
    assert panel.end.toolTip() == "this machine only"
    panel.set_view(view(31))
    with qtbot.waitSignal(panel.end_asked):
        panel.end.click()


def test_hostile_names_are_no_markup(panel: ProcessPanel) -> None:
    found = view()
    kin = found.parents[0]
    hostile = type(kin)(kin.key, "<b>x</b> (1)")
    panel.set_view(PanelView(found.key, "x", "1", "", (), (), (hostile,), ()))
    assert "&lt;b&gt;" in panel.parents.text()
    assert panel.captions["cpu"].accessibleName() == "Nothing of it is kept yet"
