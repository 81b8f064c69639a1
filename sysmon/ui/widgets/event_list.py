"""What happened, newest first: a dot, whom it is about, what it was, how long ago."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks

ROW = 33


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event. ``token`` colours its dot, ``word`` says the same; ``exact`` is the time for the tool tip."""

    token: str
    word: str
    subject: str
    text: str
    ago: str
    exact: str = ""


class EventList(QWidget):
    """Shows as many events as fit; what is cut is whole under the pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[EventLine, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Events")
        theme.changed.connect(self.update)

    def set_lines(self, lines: tuple[EventLine, ...]) -> None:
        """Show ``lines`` in their order."""
        if lines != self._lines:
            self._lines = lines
            spoken = (f"{line.word}: {line.subject} {line.text}, {line.ago}" for line in lines)
            self.setAccessibleDescription("; ".join(spoken))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 4 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        family = self._theme.family
        shown = self._lines[: max(0, self.height() // ROW)]
        subjects = max((ink.width(family, line.subject, weight=ink.MEDIUM) for line in shown), default=0)
        subjects = min(subjects, self.width() // 3)
        for index, line in enumerate(shown):
            self._paint_line(painter, QRect(0, index * ROW, self.width(), ROW), line, subjects)
        painter.end()

    def _paint_line(self, painter: QPainter, rect: QRect, line: EventLine, subjects: int) -> None:
        theme = self._theme
        marks.paint_dot(painter, theme, QPointF(4, rect.center().y() + 0.5), line.token)
        subject = QRect(18, rect.top(), subjects, ROW)
        ink.draw(painter, theme, subject, line.subject, theme.colour("text"), weight=ink.MEDIUM)
        ago = ink.width(theme.family, line.ago, fonts.CAPTION)
        left = subject.right() + 18 if subjects else 18
        text = QRect(left, rect.top(), rect.width() - left - ago - 10, ROW)
        ink.draw(painter, theme, text, line.text, theme.colour("text"))
        end = QRect(rect.width() - ago - 1, rect.top(), ago + 1, ROW)
        ink.draw(painter, theme, end, line.ago, theme.readable("tertiary"), pixels=fonts.CAPTION, align=ink.RIGHT)
        painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), theme.colour("line"))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = event.pos().y() // ROW
            if 0 <= index < len(self._lines):
                line = self._lines[index]
                tip = f"{line.word}: {line.subject} {line.text}\n{line.exact}".rstrip()
                QToolTip.showText(event.globalPos(), tip, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
