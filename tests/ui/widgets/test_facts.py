from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.facts import ROW, Facts
from sysmon.viewmodels.plot import FactView

FACTS = (FactView("Frequency", "5.12 GHz", "of 5.70"), FactView("Power", "–", reason="needs permission"))


def test_the_height_follows_the_rows(theme: Theme, window: QWidget) -> None:
    facts = Facts(theme, window)
    facts.set_facts(FACTS)
    assert facts.sizeHint().height() == 2 * ROW
    assert facts.accessibleName() == "Frequency 5.12 GHz of 5.70, Power –"
    facts.grab()


def test_why_a_value_is_unknown(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    facts = Facts(theme, window, compact=True)
    facts.set_facts(FACTS)
    facts.resize(300, 60)
    window.show()
    qtbot.waitUntil(window.isVisible)
    at = facts.row_rect(1).center()
    QApplication.sendEvent(facts, QHelpEvent(QEvent.Type.ToolTip, at, facts.mapToGlobal(at)))
    assert QToolTip.text() == "needs permission"
    QToolTip.hideText()


def test_narrow_facts_are_cut_and_not_laid_over_each_other(theme: Theme, window: QWidget) -> None:
    facts = Facts(theme, window)
    facts.set_facts((FactView("A rather long label", "A rather long value", "and a rather long note"),))
    for width in (40, 160, 300):
        facts.resize(width, ROW)
        facts.grab()
