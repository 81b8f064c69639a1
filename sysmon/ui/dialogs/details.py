"""Everything that can be told of one process, one tab at a time: only the open one is read.

Asks for what it needs through `asked` and is given answers; knows no engine.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.tabs import Tabs
from sysmon.ui.widgets.text_table import TextTable
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tabs import COLUMNS, ProcessTabs

_AGAIN_MS: Final = 2000
"""Until the open tab is read again. An answer that takes longer is waited for."""


class DetailsDialog(QDialog):
    """Open it with `open`; it deletes itself when it is closed. Ctrl+Tab and Ctrl+1 to 7 change the tab."""

    asked = Signal(object)
    """The `Tab` to read now."""

    def __init__(self, theme: Theme, key: ProcessKey, title: str, units: Units, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self._view = ProcessTabs(units)
        self._asking: Tab | None = None
        self._gone = False
        self.tab = Tab.FACTS
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(860, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 12)
        self.tabs = Tabs(theme, "What is shown of it", tuple((tab.name, tab.value) for tab in Tab), self)
        self.tabs.chosen.connect(self._chosen)
        self.note = quiet(theme, "", self)
        self.note.setContentsMargins(20, 4, 20, 4)
        self.table = TextTable(theme, title, self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.setContentsMargins(20, 0, 20, 0)
        buttons.rejected.connect(self.reject)
        column.addWidget(self.tabs)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._ask)
        self.table.setFocus()

    def _chosen(self, name: str) -> None:
        self.show_tab(Tab[name])

    def show_tab(self, tab: Tab) -> None:
        """Show ``tab`` and read it."""
        self.tab = tab
        self.tabs.choose(tab.name)
        self.table.setAccessibleName(tab.value)
        self.table.set_rows(COLUMNS[tab], ())
        self._say("Being read")
        self._again.stop()
        self._ask()

    def _ask(self) -> None:
        if not self._gone:
            self._asking = self.tab
            self.asked.emit(self.tab)

    def take(self, answer: TabAnswer) -> None:
        """Show what was read, where it is still the tab that is open."""
        if answer.tab is not self.tab or answer.key != self.key:
            return
        view = self._view.view(answer)
        if answer.gone and self.table.rows.rowCount():
            self._say(f"{view.note} This is what was seen last.")
        else:
            self.table.set_rows(view.columns, view.rows)
            self._say(view.note)
        self._gone = answer.gone
        if self._gone:
            self.setWindowTitle(f"{self.windowTitle().removesuffix(' · ended')} · ended")
        else:
            self._again.start()

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = list(Tab)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        number = event.key() - Qt.Key.Key_1
        if control and 0 <= number < len(order):
            self.show_tab(order[number])
        elif control and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            step = 1 if event.key() == Qt.Key.Key_Tab else -1
            self.show_tab(order[(order.index(self.tab) + step) % len(order)])
        else:
            super().keyPressEvent(event)
