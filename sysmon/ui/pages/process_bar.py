"""The bar above the table of processes: filter, arrangement, totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.filter_field import FilterField
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels.process_filter import suggest
from sysmon.viewmodels.process_list import Arrangement

RECENT: Final = "recent"
VIEWS: Final = (
    (Arrangement.TREE.value, "Tree"),
    (Arrangement.FLAT.value, "Flat"),
    (Arrangement.APPLICATIONS.value, "Apps"),
    (Arrangement.SERVICES.value, "Services"),
    (RECENT, "Recent"),
)
_FILTER: Final = (150, 240)
"""Least and greatest width of the filter."""
_TOTALS: Final = 270
"""Least width of the totals, where they need it; the filter gives way."""


class ProcessBar(QWidget):
    """Holds the controls; what they lead to is decided by the page."""

    def __init__(self, theme: Theme, users: Callable[[], Sequence[str]], parent: QWidget) -> None:
        """``users``: the names that can stand behind "user:"."""
        super().__init__(parent)
        self.filter = FilterField(theme, self, lambda before: suggest(before, users()))
        self.filter.setMinimumWidth(_FILTER[0])
        self.filter.setMaximumWidth(_FILTER[1])
        self.views = Segmented(theme, "Arrangement", VIEWS, self)
        self.views.explain(Arrangement.APPLICATIONS.value, "By application")
        self.views.explain(Arrangement.SERVICES.value, "By container and service, as control groups tell")
        self.views.explain(RECENT, "What started and ended, and who keeps starting processes")
        self.totals = Totals(theme, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.filter, 1)
        row.addWidget(self.views)
        row.addWidget(self.totals, 1)


class Totals(QWidget):
    """The totals at the right of the bar; what could not be read of some processes is its tool tip."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = self._note = ""
        self._room = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_texts(self, text: str, note: str) -> None:
        """Show ``text``, with ``note`` under the pointer."""
        if (text, note) != (self._text, self._note):
            self._text, self._note = text, note
            self._show()

    def sizeHint(self) -> QSize:
        return QSize(self._room, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._room, _TOTALS), 28)

    def _show(self) -> None:
        needed = ink.width(self._theme.family, self._text, fonts.CAPTION) + 4
        if needed > self._room:  # grows only: the filter beside it must not move to and fro
            self._room = needed
            self.updateGeometry()
        self.setAccessibleName(self._text)
        self.setToolTip(self._note)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        colour = self._theme.readable("secondary")
        ink.draw(painter, self._theme, self.rect(), self._text, colour, pixels=fonts.CAPTION, align=ink.RIGHT)
        painter.end()
