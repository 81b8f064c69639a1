"""Why there is nothing here, what will appear, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.marks import LinkButton

_WIDEST = 460
_LINE = 20


class EmptyNote(QWidget):
    """A sentence, a quieter one that explains it, and an action where there is one."""

    acted = Signal()
    """The next step was taken."""

    def __init__(self, theme: Theme, parent: QWidget, *, ground: str = "card") -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self._text, self._detail = "", ""
        self._link = LinkButton(theme, "", self, ground=ground)
        self._link.clicked.connect(self.acted)
        self._link.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_note(self, text: str, detail: str = "", action: str = "") -> None:
        """``text`` says what is, ``detail`` what it means, ``action`` names the next step."""
        if (text, detail, action) == (self._text, self._detail, self._link.text()):
            return
        self._text, self._detail = text, detail
        self._link.setText(action)
        self._link.setAccessibleName(action)
        self._link.setVisible(bool(action))
        self.setAccessibleName(f"{text}. {detail}")
        self._place_link()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 72)

    def _block(self) -> tuple[QRect, int]:
        """The column of text and the height of the detail in it."""
        width = min(_WIDEST, max(40, self.width() - 16))
        detail = 0
        if self._detail:
            metrics = self.fontMetrics()
            room = QRect(0, 0, width, 1000)
            detail = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap.value, self._detail).height() + 4
        height = _LINE + detail + (26 if self._link.text() else 0)
        return QRect((self.width() - width) // 2, max(0, (self.height() - height) // 2), width, height), detail

    def _place_link(self) -> None:
        block, _ = self._block()
        size = self._link.sizeHint()
        self._link.setGeometry(
            QRect((self.width() - size.width()) // 2, block.bottom() - size.height() + 1, size.width(), size.height())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_link()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        block, detail = self._block()
        theme = self._theme
        head = QRect(block.left(), block.top(), block.width(), _LINE)
        ink.draw(painter, theme, head, self._text, theme.readable("secondary", self._ground), align=ink.CENTRE)
        painter.setFont(fonts.font(theme.family, fonts.CAPTION))
        painter.setPen(theme.readable("tertiary", self._ground))
        flags = Qt.AlignmentFlag.AlignHCenter.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(QRect(block.left(), head.bottom() + 3, block.width(), detail), flags, self._detail)
        painter.end()
