"""Who is paired with this machine, whether they watch now, and what each of them may; to be changed and revoked here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sysmon.model.errors import SysmonError
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.check_box import CheckBox
from sysmon.ui.widgets.text_table import TextTable
from sysmon.viewmodels.process_tabs import TabColumn
from sysmon.viewmodels.sharing import RIGHTS, PeerRow, possible, with_right

_COLUMNS = (TabColumn("Machine", 0.3), TabColumn("Now", 0.28), TabColumn("May see", 0.42))
_NOBODY = "No machine is paired with this one yet."
_ROW, _HEAD, _MOST = 26, 32, 6
_INDENT = 24
"""Logical pixels from a box to what it means, under its title."""


class _PeerTable(TextTable):
    """Who comes by keyboard finds the first row selected: else nothing would tell where the keyboard is."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in ink.KEYBOARD and not self.selectionModel().hasSelection() and self.rows.rowCount():
            self.selectRow(0)


class SharePeers(QWidget):
    """Shows `PeerRow`; asks the door to change rights."""

    forget_asked = Signal(str)
    """The peer to revoke: whoever holds this asks the user first."""

    def __init__(self, theme: Theme, door: FleetDoor, changed: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._door, self._changed = door, changed
        self._rows: tuple[PeerRow, ...] = ()
        self._peer = ""
        self.note = quiet(theme, _NOBODY, self)
        self.table = _PeerTable(theme, "Paired machines", self)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.selectionModel().selectionChanged.connect(self._picked)
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.boxes: dict[str, CheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.note)
        column.addWidget(self.table)
        self.rights = QWidget(self)
        inner = QVBoxLayout(self.rights)
        inner.setContentsMargins(0, 6, 0, 0)
        inner.setSpacing(4)
        inner.addWidget(self.heading)
        for right in RIGHTS:
            box = self.boxes[right.field] = CheckBox(theme, right.title, self.rights)
            box.setAccessibleName(right.title)
            box.setAccessibleDescription(right.text)
            box.clicked.connect(partial(self._give, right.field))
            inner.addWidget(box)
            meaning = quiet(theme, right.text, self.rights)
            meaning.setContentsMargins(_INDENT, 0, 0, 2)
            inner.addWidget(meaning)
        self.problem = QLabel(self.rights)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.name_of('critical', 'window')}")
        self.problem.hide()
        inner.addWidget(self.problem)
        self.forget = QPushButton("Revoke…", self.rights)
        self.forget.setAutoDefault(False)
        self.forget.setProperty("role", "danger")
        self.forget.clicked.connect(lambda: self.forget_asked.emit(self._peer))
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.forget)
        row.addStretch(1)
        inner.addLayout(row)
        column.addWidget(self.rights)
        self.show_rows(())

    def show_rows(self, rows: tuple[PeerRow, ...]) -> None:
        """Show ``rows``; who was picked stays picked."""
        self.note.setVisible(not rows)
        self.table.setVisible(bool(rows))
        moved = [row.peer for row in rows] != [row.peer for row in self._rows]
        if rows != self._rows:
            self._rows = rows
            self.table.set_rows(_COLUMNS, [(row.name, row.now, row.words) for row in rows])
            self.table.setFixedHeight(_HEAD + _ROW * min(_MOST, max(1, len(rows))) + 4)
        if moved:
            self._select(self._peer)
        self._show_rights()

    def _select(self, peer: str) -> None:
        at = next((at for at, row in enumerate(self._rows) if row.peer == peer), -1)
        if at < 0:
            self._peer = ""
            self.table.clearSelection()
            return
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        model.setCurrentIndex(self.table.rows.index(at, 0), flags.ClearAndSelect | flags.Rows)

    def _picked(self) -> None:
        picked = self.table.selectionModel().selectedRows()
        self._peer = self._rows[picked[0].row()].peer if picked else ""
        self._say("")
        self._show_rights()

    def _show_rights(self) -> None:
        row = self._shown()
        self.rights.setVisible(row is not None)
        if row is None:
            return
        self.heading.setText(f"What {row.name} may see of this machine")
        self.forget.setText(f"Revoke {row.name}…")
        for field, box in self.boxes.items():
            given: bool = getattr(row.rights, field)
            box.setChecked(given)
            box.setEnabled(possible(row.rights, field))

    def _shown(self) -> PeerRow | None:
        return next((row for row in self._rows if row.peer == self._peer), None)

    def _give(self, field: str) -> None:
        row = self._shown()
        if row is None:
            return
        rights = with_right(row.rights, field, self.boxes[field].isChecked())
        self._say("")
        self._door.set_rights(row.peer, rights, lambda _: self._changed(), self._failed)

    def _failed(self, error: SysmonError) -> None:
        self._say(str(error))
        self._show_rights()

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
