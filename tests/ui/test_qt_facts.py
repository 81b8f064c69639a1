from __future__ import annotations

from PySide6.QtWidgets import QApplication

from sysmon.ui.qt_facts import qt_facts


def test_facts_of_this_display(qapp: QApplication) -> None:
    facts = qt_facts()
    assert facts.platform == qapp.platformName()
    assert facts.version[0] == "6"
    assert isinstance(facts.tray, bool)
