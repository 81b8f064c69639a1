"""Shows a list of what was done, to processes or by other machines, newest first, and where that is written down."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.text_table import TextTable
from sysmon.viewmodels.process_tabs import TabView


class AuditDialog(QDialog):
    """Open it with `open`; it deletes itself when it is closed."""

    def __init__(self, theme: Theme, file: str, parent: QWidget, *, title: str = "What was done to processes") -> None:
        """``file``: where the log lies; empty where that is not to be told."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(820, 460)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        self.table = TextTable(theme, "Audit log", self)
        self.note = quiet(theme, "Being read", self)
        where = quiet(theme, f"Written to {file}", self)
        where.setVisible(bool(file))
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(where)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.table.setFocus()

    def set_view(self, view: TabView) -> None:
        """Show the log."""
        self.table.set_rows(view.columns, view.rows)
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        if view.rows:
            self.table.selectRow(0)
