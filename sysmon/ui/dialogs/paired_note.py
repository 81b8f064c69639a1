"""Says that two machines are paired, and shows the words by which two people make sure of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui import fonts, icons
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.paired import PairedView

_TICK = 28


class PairedNote(QWidget):
    """Shows the two names and the words."""

    show_asked = Signal(str)
    """The id of the machine to show."""
    done_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, buttons: bool = True) -> None:
        """``buttons``: to show the machine, and to be done."""
        super().__init__(parent)
        self._peer = ""
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setFont(fonts.font(theme.family, fonts.HEADING - 1, ink.STRONG))
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setFont(fonts.font(theme.family, fonts.HEADING, ink.MEDIUM))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note = quiet(theme, "", self)
        self.look = QPushButton("", self)
        self.look.setAutoDefault(False)
        self.look.clicked.connect(lambda: self.show_asked.emit(self._peer))
        self.done = QPushButton("Done", self)
        self.done.setDefault(True)
        self.done.clicked.connect(self.done_asked)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(_Tick(theme, self), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.look)
        row.addWidget(self.done)
        self._buttons = buttons
        self.look.setVisible(buttons)
        self.done.setVisible(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.note)
        column.addSpacing(6)
        column.addLayout(row)
        self.hide()

    def show_view(self, view: PairedView) -> None:
        """Say what ``view`` says."""
        self._peer = view.peer
        self.title.setText(view.title)
        self.words.setText(view.words)
        self.words.setVisible(bool(view.words))
        self.note.setText(view.note)
        self.look.setText(f"Show {view.name}")
        self.look.setVisible(self._buttons and view.shown)
        self.setAccessibleName(f"{self.title.text()}. {self.words.text()}. {self.note.text()}")


class _Tick(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_TICK, _TICK)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        ink.box(painter, theme, self.rect(), theme.blend("ok", "card", 0.18), None, _TICK // 2)
        picture = icons.pixmap("check", theme.readable("ok"), 16, self.devicePixelRatioF())
        painter.drawPixmap((_TICK - 16) // 2, (_TICK - 16) // 2, picture)
        painter.end()
