"""Rows of facts: a label, a value, a quiet note at the right; why a value is unknown under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.plot import FactView

ROW = 36
_VALUE = 15


class Facts(QWidget):
    """A column of `FactView`. ``compact`` has rows of 26 pixels and no lines between them."""

    def __init__(self, theme: Theme, parent: QWidget, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._compact = compact
        self._facts: tuple[FactView, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_facts(self, facts: tuple[FactView, ...]) -> None:
        """Show ``facts``; only rows that changed are drawn again."""
        before, self._facts = self._facts, facts
        if len(before) != len(facts):
            self.updateGeometry()
            self.update()
        else:
            for index, fact in enumerate(facts):
                if fact != before[index]:
                    self.update(self.row_rect(index))
        self.setAccessibleName(", ".join(f"{fact.label} {fact.value} {fact.note}".rstrip() for fact in facts))

    def row_height(self) -> int:
        """Logical pixels of a row."""
        return 26 if self._compact else ROW

    def row_rect(self, index: int) -> QRect:
        """Where row ``index`` is."""
        return QRect(0, index * self.row_height(), self.width(), self.row_height())

    def sizeHint(self) -> QSize:
        return QSize(240, self.row_height() * len(self._facts))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.row_height() * len(self._facts))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        labels = max((ink.width(self._theme.family, fact.label) for fact in self._facts), default=0) + 24
        left = min(max(labels, 0 if self._compact else 104), self.width() // 2)
        for index, fact in enumerate(self._facts):
            rect = self.row_rect(index)
            if event.rect().intersects(rect):
                self._paint_row(painter, rect, fact, left)
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRect, fact: FactView, left: int) -> None:
        theme = self._theme
        quiet = theme.readable("secondary")
        ink.draw(painter, theme, rect.adjusted(0, 0, left - rect.width() - 8, 0), fact.label, quiet)
        note = min(ink.width(theme.family, fact.note, fonts.CAPTION), rect.width() - left) if fact.note else 0
        room = rect.adjusted(left, 0, -note - (8 if note else 0), 0)
        known = fact.reason is None
        colour = theme.colour("text") if known else quiet
        pixels, weight = (fonts.BODY, ink.NORMAL) if self._compact else (_VALUE, ink.STRONG)
        ink.draw(painter, theme, room, fact.value, colour, pixels=pixels, weight=weight)
        if note:
            end = rect.adjusted(rect.width() - note - 1, 0, 0, 0)
            ink.draw(painter, theme, end, fact.note, theme.readable("tertiary"), pixels=fonts.CAPTION, align=ink.RIGHT)
        if not self._compact:
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("line"))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // self.row_height()
            reason = self._facts[row].reason if 0 <= row < len(self._facts) else None
            if reason:
                QToolTip.showText(event.globalPos(), reason, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
