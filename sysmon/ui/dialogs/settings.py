"""The settings dialog, made from the declared options: a control by type, help, bounds, a message where it is wrong.

A change is in force and saved at once; what cannot be is said beside its control, and the old
value stays. Knows no option by name but the one that needs a tray, and no section but the one with a dialog of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sysmon.model.errors import ConfigError
from sysmon.runtime.option import Option, Value
from sysmon.runtime.options import OPTIONS, SECTIONS
from sysmon.runtime.settings import Settings
from sysmon.ui import fonts, icons
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import spin_box
from sysmon.ui.widgets.check_box import CheckBox
from sysmon.ui.widgets.scroll import Scroll

_TRAY = "window.close_to_tray"
_SHARING = "sharing"
_NO_TRAY = "There is no tray on this desktop now, so closing the window ends sysmon."
_RESTART = "Takes effect when sysmon starts again."
_LARGE = 1_000_000
_ARROW = 14
_LABELS = 170
_CONTROL = 32
"""Logical pixels: size of an arrow, width of the labels, height of a control."""


class SettingsDialog(QDialog):
    """Shows and changes ``settings``. Open it with `open`."""

    share_asked = Signal()
    """Open the dialog that shares this machine: it says more than the options do."""

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget, *, tray: bool) -> None:
        """``tray``: whether there is one now."""
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.resize(620, 560)
        self._theme, self._settings = theme, settings
        self.rows: dict[str, OptionRow] = {}
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        for section, text in SECTIONS.items():
            self._add_section(column, section, text, tray=tray)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 12)
        outer.addWidget(Scroll(content, self), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.setContentsMargins(24, 0, 24, 0)
        buttons.rejected.connect(self.reject)
        defaults = QPushButton("Restore defaults", self)
        defaults.setAutoDefault(False)
        defaults.clicked.connect(self._restore)
        buttons.addButton(defaults, QDialogButtonBox.ButtonRole.ResetRole)
        outer.addWidget(buttons)

    def _add_section(self, column: QVBoxLayout, section: str, text: str, *, tray: bool) -> None:
        heading = QLabel(section.capitalize(), self)
        heading.setFont(fonts.font(self._theme.family, fonts.BODY, heading.font().Weight.DemiBold))
        column.addWidget(heading)
        column.addWidget(_quiet(self._theme, text, self))
        if section == _SHARING:
            share = QPushButton("Share this machine…", self)
            share.setAutoDefault(False)
            share.clicked.connect(self._share)
            column.addWidget(share, 0, Qt.AlignmentFlag.AlignLeft)
        form = QGridLayout()
        form.setContentsMargins(0, 6, 0, 18)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        form.setColumnMinimumWidth(0, _LABELS)
        form.setColumnStretch(1, 1)
        for name, option in OPTIONS.items():
            if option.section == section:
                extra = _NO_TRAY if name == _TRAY and not tray else ""
                row = self.rows[name] = OptionRow(self._theme, option, self._settings, extra, self)
                label = QLabel(option.title, self)
                label.setBuddy(row.control)
                label.setMinimumHeight(_CONTROL)
                at = form.rowCount()
                form.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
                form.addWidget(row, at, 1)
        column.addLayout(form)

    def _share(self) -> None:
        self.accept()
        self.share_asked.emit()

    def _restore(self) -> None:
        for row in self.rows.values():
            row.restore()


class OptionRow(QWidget):
    """The control of one option, its help, and what is wrong with it."""

    def __init__(self, theme: Theme, option: Option[Value], settings: Settings, extra: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._option, self._settings = theme, option, settings
        self._show: Callable[[Value], None]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self.control = self._make(settings.value(option.name))
        self.control.setAccessibleName(option.title)
        self.control.setAccessibleDescription(option.text)
        self.control.setMinimumSize(120, _CONTROL)
        column.addWidget(self.control, 0, Qt.AlignmentFlag.AlignLeft)
        words = " ".join(text for text in (option.text, _RESTART if option.restart else "", extra) if text)
        column.addWidget(_quiet(theme, words, self))
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.name_of('critical', 'window')}")
        self.problem.hide()
        column.addWidget(self.problem)

    def _make(self, value: Value) -> QWidget:
        option = self._option
        if option.choices:
            return self._choice(value)
        if isinstance(value, bool):
            return self._check(value)
        if isinstance(value, int):
            return self._whole(value)
        if isinstance(value, float):
            return self._number(value)
        return self._text(value)

    def _choice(self, value: Value) -> QComboBox:
        box = _Choice(self._theme, self)
        choices = list(self._option.choices)
        box.addItems([str(choice) for choice in choices])
        self._show = lambda new: box.setCurrentIndex(choices.index(new))
        self._show(value)
        box.activated.connect(lambda: self._change(choices[box.currentIndex()]))
        return box

    def _check(self, value: bool) -> CheckBox:
        box = CheckBox(self._theme, "", self)
        self._show = lambda new: box.setChecked(new is True)
        self._show(value)
        box.clicked.connect(lambda: self._change(box.isChecked()))
        return box

    def _whole(self, value: int) -> QSpinBox:
        box, option = QSpinBox(self), self._option
        spin_box.indent(box)
        box.setRange(int(option.low if option.low is not None else -_LARGE), int(option.high if option.high is not None else _LARGE))  # fmt: skip
        box.setSuffix(f" {option.unit}" if option.unit else "")
        box.setKeyboardTracking(False)
        self._show = lambda new: box.setValue(cast("int", new))
        self._show(value)
        box.valueChanged.connect(self._change)
        return box

    def _number(self, value: float) -> QDoubleSpinBox:
        box, option = QDoubleSpinBox(self), self._option
        spin_box.indent(box)
        box.setRange(option.low if option.low is not None else -_LARGE, option.high if option.high is not None else _LARGE)  # fmt: skip
        box.setDecimals(2)
        box.setSingleStep(0.25)
        box.setSuffix(f" {option.unit}" if option.unit else "")
        box.setKeyboardTracking(False)
        self._show = lambda new: box.setValue(cast("float", new))
        self._show(value)
        box.valueChanged.connect(self._change)
        return box

    def _text(self, value: Value) -> QLineEdit:
        box = QLineEdit(self)
        box.setMinimumWidth(240)
        if isinstance(value, tuple):
            box.setPlaceholderText("none")
        self._show = lambda new: box.setText(", ".join(new) if isinstance(new, tuple) else str(new))
        self._show(value)
        box.editingFinished.connect(lambda: self._parse(box.text()))
        return box

    def _parse(self, text: str) -> None:
        try:
            value = self._option.parse(text)
        except ValueError as error:
            self._say(f"{self._option.title} {error}.")
            return
        self._change(value)

    def _change(self, value: Value) -> None:
        if value == self._settings.value(self._option.name):
            self._say("")
            return
        try:
            moved = self._settings.set(self._option.name, value)
        except ConfigError as error:
            self._say(f"{error}.")
            return
        self._say(f"The settings file was no TOML; it is kept as {moved}." if moved is not None else "")

    def restore(self) -> None:
        """Put the default in force and show it."""
        self._change(self._option.default)
        self._show(self._settings.value(self._option.name))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


class _Choice(QComboBox):
    """A combo box whose arrow has the colour of the theme: a style sheet could only name a picture of one colour."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = icons.pixmap("chevron-down", self._theme.readable("secondary"), _ARROW, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - _ARROW - 10, (self.height() - _ARROW) // 2, arrow)
        painter.end()


def _quiet(theme: Theme, text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setFont(fonts.font(theme.family, fonts.CAPTION))
    label.setWordWrap(True)
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, theme.readable("secondary", "window"))
    label.setPalette(palette)
    return label
