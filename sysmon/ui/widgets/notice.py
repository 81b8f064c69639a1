"""A strip of words above a page: what is shown is less, or other, than it seems."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_ROW = 28


class Notice(QWidget):
    """Shows its notes under each other; hidden without any."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notes: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.hide()

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """Show ``notes``, one line each."""
        if notes == self._notes:
            return
        self._notes = notes
        self.setFixedHeight(_ROW * len(notes))
        self.setVisible(bool(notes))
        self.setAccessibleName(" ".join(notes))
        self.setToolTip("\n".join(notes))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.blend("warning", "window", 0.10))
        colour = self._theme.readable("warning", "window")
        for index, note in enumerate(self._notes):
            rect = QRect(20, index * _ROW, self.width() - 40, _ROW)
            ink.draw(painter, self._theme, rect, note, colour, pixels=fonts.CAPTION)
        painter.end()
