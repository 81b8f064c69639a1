"""Details: only the open tab is asked for, late answers are dropped, what ended stays readable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import FileFacts, Section
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.ui.dialogs.details import DetailsDialog
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units

KEY = ProcessKey(5, 1.0)
FILES = TabAnswer(KEY, Tab.FILES, 1.0, Section((FileFacts(3, "/a", "file", ("read",), 0),)))


@pytest.fixture
def asked() -> list[Tab]:
    return []


@pytest.fixture
def dialog(theme: Theme, window: QWidget, asked: list[Tab]) -> DetailsDialog:
    window.show()
    made = DetailsDialog(theme, KEY, "web (5)", Units(), window)
    made.asked.connect(asked.append)
    made.open()
    made.show_tab(Tab.FACTS)
    return made


def test_only_the_open_tab_is_asked_for(dialog: DetailsDialog, asked: list[Tab]) -> None:
    assert asked == [Tab.FACTS]
    QTest.keyClick(dialog, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert asked == [Tab.FACTS, Tab.FILES, Tab.SOCKETS]
    assert dialog.note.text() == "Being read"


def test_answers_to_another_tab_or_process_are_dropped(dialog: DetailsDialog) -> None:
    dialog.take(FILES)
    assert dialog.table.rows.rowCount() == 0
    dialog.show_tab(Tab.FILES)
    dialog.take(TabAnswer(ProcessKey(6, 1.0), Tab.FILES, 1.0, Section()))
    assert dialog.note.text() == "Being read"
    dialog.take(FILES)
    assert dialog.table.rows.text(0, 1) == "/a"
    assert not dialog.grab().isNull()


def test_what_ended_is_not_asked_for_again_and_what_was_seen_stays(dialog: DetailsDialog, asked: list[Tab]) -> None:
    dialog.show_tab(Tab.FILES)
    dialog.take(FILES)
    dialog.take(TabAnswer(KEY, Tab.FILES, 2.0, missing="the process has ended", gone=True))
    assert dialog.table.rows.rowCount() == 1
    assert "seen last" in dialog.note.text()
    assert dialog.windowTitle() == "web (5) · ended"
    count = len(asked)
    dialog.show_tab(Tab.SOCKETS)
    assert len(asked) == count


def test_why_something_cannot_be_read(dialog: DetailsDialog) -> None:
    dialog.show_tab(Tab.ENVIRONMENT)
    dialog.take(TabAnswer(KEY, Tab.ENVIRONMENT, 1.0, missing="it belongs to another user; root may read it"))
    assert "another user" in dialog.note.text()
