"""Where this machine is shared: on which addresses and port, under which name, and whether others find it.

A change is in force and saved at once, like every setting; what cannot be is said, and the old value stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sysmon.model.errors import ConfigError
from sysmon.runtime.option import Value
from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import spin_box
from sysmon.ui.widgets.check_box import CheckBox, RadioButton
from sysmon.viewmodels.sharing import NOTES, AddressRow, Where, addresses_of, where_of

_INDENT = 24
_FIREWALL = "A firewall on this machine has to let TCP connections to that port in."


class ShareWhere(QWidget):
    """Changes the options of sharing in ``settings``."""

    def __init__(self, theme: Theme, settings: Settings, changed: Callable[[], object], parent: QWidget) -> None:
        """``changed`` is called after a change that was taken."""
        super().__init__(parent)
        self._theme, self._settings, self._changed = theme, settings, changed
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.choices: dict[Where, RadioButton] = {}
        self.boxes: dict[str, CheckBox] = {}
        self._addresses = QVBoxLayout()
        self._addresses.setContentsMargins(_INDENT, 0, 0, 0)
        self._addresses.setSpacing(2)
        for where in Where:
            self._add_choice(column, where)
            if where is Where.SOME:
                column.addLayout(self._addresses)
        column.addSpacing(8)
        column.addLayout(self._make_form())
        column.addWidget(quiet(theme, _FIREWALL, self))
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.name_of('critical', 'window')}")
        self.problem.hide()
        column.addWidget(self.problem)
        self._show_choice()

    def _add_choice(self, column: QVBoxLayout, where: Where) -> None:
        button = self.choices[where] = RadioButton(self._theme, where.value, self)
        button.setAccessibleDescription(NOTES[where])
        button.clicked.connect(partial(self._choose, where))
        column.addWidget(button)
        note = quiet(self._theme, NOTES[where], self)
        note.setContentsMargins(_INDENT, 0, 0, 0)
        column.addWidget(note)

    def _make_form(self) -> QFormLayout:
        settings = self._settings
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        self.port = QSpinBox(self)
        spin_box.indent(self.port)
        self.port.setRange(1, 65535)
        self.port.setGroupSeparatorShown(False)
        self.port.setKeyboardTracking(False)
        self.port.setFixedWidth(120)
        self.port.setValue(settings.sharing_port)
        self.port.valueChanged.connect(lambda: self._set("sharing.port", self.port.value()))
        form.addRow("Port", self.port)
        self.name = QLineEdit(settings.sharing_name, self)
        self.name.setMaxLength(63)
        self.name.setPlaceholderText("its host name")
        self.name.editingFinished.connect(lambda: self._set("sharing.name", self.name.text().strip()))
        form.addRow("Name", self.name)
        self.announce = CheckBox(self._theme, "Others on the network can find this machine", self)
        self.announce.setAccessibleDescription(
            "Announces its name, its port and a short id through mDNS while it is shared."
        )
        self.announce.setToolTip(self.announce.accessibleDescription())
        self.announce.setChecked(settings.sharing_announce)
        self.announce.clicked.connect(lambda: self._set("sharing.announce", self.announce.isChecked()))
        form.addRow("", self.announce)
        return form

    def show_settings(self) -> None:
        """Show what is in force: it may have been changed elsewhere."""
        settings = self._settings
        self.port.blockSignals(True)
        self.port.setValue(settings.sharing_port)
        self.port.blockSignals(False)
        self.name.setText(settings.sharing_name)
        self.announce.setChecked(settings.sharing_announce)
        self._show_choice()
        self._say("")

    def show_addresses(self, rows: Sequence[AddressRow]) -> None:
        """Offer ``rows``; what is ticked stays ticked."""
        if list(self.boxes) == [row.address for row in rows]:
            return
        for box in self.boxes.values():
            self._addresses.removeWidget(box)
            box.deleteLater()
        self.boxes.clear()
        picked = self._settings.sharing_addresses
        for row in rows:
            box = self.boxes[row.address] = CheckBox(self._theme, f"{row.address}  ({row.interface})", self)
            box.setChecked(row.address in picked)
            box.clicked.connect(self._picked)
            self._addresses.addWidget(box)
        self._show_choice()

    def _show_choice(self, chosen: Where | None = None) -> None:
        where = where_of(self._settings.sharing_addresses) if chosen is None else chosen
        self.choices[where].setChecked(True)
        for box in self.boxes.values():
            box.setVisible(where is Where.SOME)

    def _choose(self, where: Where) -> None:
        self._show_choice(where)
        self._set_addresses(where)

    def _picked(self) -> None:
        self._set_addresses(Where.SOME)

    def _set_addresses(self, where: Where) -> None:
        ticked = [address for address, box in self.boxes.items() if box.isChecked()]
        self._set("sharing.addresses", addresses_of(where, ticked))
        if where is Where.SOME and not ticked:
            self._say("Pick at least one address. Until then only programs on this machine can connect.")

    def _set(self, name: str, value: Value) -> None:
        if value == self._settings.value(name):
            self._say("")
            return
        try:
            self._settings.set(name, value)
        except ConfigError as error:
            self._say(f"{error}.")
            return
        self._say("")
        self._changed()

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
