"""Asks before something is done to processes or machines: says what, to whom exactly, and what is left alone.

Enter confirms only once the button has the keyboard: until then it means Cancel. Does nothing itself.
"""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_ROW: Final = 24
_MOST_ROWS: Final = 8


class Asked(Protocol):
    """What is asked: `process_actions.Question`, or another question in the same form."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def button(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def spared(self) -> tuple[str, ...]: ...
    @property
    def possible(self) -> bool: ...


class ConfirmDialog(QDialog):
    """Open it with `open`; it deletes itself when it is closed."""

    confirmed = Signal(object)
    """The question, where the answer is yes."""

    def __init__(self, theme: Theme, question: Asked, parent: QWidget) -> None:
        super().__init__(parent)
        self.question = question
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question.title)
        self.setMinimumWidth(420)
        self.setMaximumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        title = QLabel(question.title, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setFont(fonts.font(theme.family, fonts.BODY + 2, ink.STRONG))
        column.addWidget(title)
        column.addWidget(quiet(theme, question.text, self))
        if len(question.names) > 1:
            column.addWidget(_list("What will be hit", question.names, self))
        if question.spared:
            column.addWidget(quiet(theme, "Left alone:", self))
            column.addWidget(_list("What is left alone", question.spared, self))
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.no = QPushButton("Cancel", self)
        self.no.setDefault(True)
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(question.button, self)
        self.yes.setProperty("role", "danger")
        self.yes.setAutoDefault(True)
        self.yes.setEnabled(question.possible)
        self.yes.clicked.connect(self._confirm)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column.addLayout(buttons)
        self.no.setFocus()

    def _confirm(self) -> None:
        self.confirmed.emit(self.question)
        self.accept()


def quiet(theme: Theme, text: str, parent: QWidget) -> QLabel:
    """Words of less weight, broken where they are long."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, theme.readable("secondary", "window"))
    label.setPalette(palette)
    return label


def _list(name: str, lines: tuple[str, ...], parent: QWidget) -> QListWidget:
    found = QListWidget(parent)
    found.setAccessibleName(name)
    found.addItems(list(lines))
    found.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    found.setUniformItemSizes(True)
    found.setFixedHeight(min(_MOST_ROWS, len(lines)) * _ROW + 8)
    return found
