"""A card: title, one figure, one line of context, a body. `PlotCard` has a plot and its legend as body.

Head and frame are painted by the card itself: a label for each text would lay the page out anew on
every change.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.legend import Legend
from sysmon.ui.widgets.time_plot import TimePlot
from sysmon.viewmodels.plot import CardView

PAD_X, PAD_Y = 16, 14
GAP = 12
"""Between cards."""

_PLAIN_HEAD = 38
_FIGURE_HEAD = 45
_CONTEXT = 22


class Card(QWidget):
    """A box with a head. Put widgets into `body`; give a ``tool`` (a `Segmented`, a link) to stand in the head."""

    def __init__(self, theme: Theme, title: str, parent: QWidget, *, figure: bool = True, context: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title, self._figure, self._context = title, "", ""
        self._reason: str | None = None
        self._has_figure, self._has_context = figure, context
        self._tool: QWidget | None = None
        self._tool_right = False
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(PAD_X, self.head_height(), PAD_X, PAD_Y)
        self.body.setSpacing(4)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        theme.changed.connect(self.update)

    def head_height(self) -> int:
        """Logical pixels above the body."""
        if not self._title and not self._has_figure:
            return PAD_Y
        head = _FIGURE_HEAD if self._has_figure else _PLAIN_HEAD
        return head + (_CONTEXT + 2 if self._has_context else 0)

    def set_head(self, title: str, figure: str = "", context: str = "", reason: str | None = None) -> None:
        """Change the texts; ``reason`` says why the figure is unknown. Only what changed is drawn again."""
        if title != self._title or (context != self._context and not self._has_context):
            self._title = title
            self.update(self._title_rect())
        if context != self._context:
            self._context = context
            self.update(self._context_rect())
        if figure != self._figure:
            self._figure = figure
            self.update(self._figure_rect())
        self._reason = reason
        self.setAccessibleName(f"{title} {figure}".rstrip())
        self.setAccessibleDescription(context if reason is None else reason)

    def set_tool(self, tool: QWidget, *, right: bool = False) -> None:
        """Place ``tool`` after the title, or at the right end of the head."""
        self._tool, self._tool_right = tool, right
        tool.setParent(self)
        tool.show()
        self.place_tool()

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(160, self.head_height() + PAD_Y))

    def _figure_rect(self) -> QRect:
        return QRect(self.width() // 3, PAD_Y + 2, self.width() - self.width() // 3 - PAD_X, 28)

    def _title_rect(self) -> QRect:
        top = PAD_Y + 8 if self._has_figure else PAD_Y - 2
        right = self.width() // 3 if self._has_figure and not self._tool else PAD_X
        if self._tool is not None and self._tool_right and not self._has_figure:
            right += self._tool.sizeHint().width() + 8
        return QRect(PAD_X, top, self.width() - PAD_X - right, 22)

    def _context_rect(self) -> QRect:
        top = _FIGURE_HEAD if self._has_figure else _PLAIN_HEAD - 4
        return QRect(PAD_X, top, self.width() - 2 * PAD_X, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        dirty = event.rect()
        region = event.region()
        if self.rect().adjusted(ink.RADIUS, ink.RADIUS, -ink.RADIUS, -ink.RADIUS).contains(dirty):
            painter.fillRect(dirty, self._theme.colour("card"))
        else:
            painter.fillRect(dirty, self._theme.colour("window"))
            ink.box(painter, self._theme, self.rect(), self._theme.colour("card"), "line", ink.RADIUS)
        if region.intersects(self._title_rect()):
            self._paint_title(painter)
        if self._has_figure and region.intersects(self._figure_rect()):
            colour = self._theme.colour("text") if self._reason is None else self._theme.readable("secondary")
            ink.draw(
                painter, self._theme, self._figure_rect(), self._figure, colour,
                pixels=fonts.FIGURE, weight=ink.STRONG, align=ink.RIGHT,
            )  # fmt: skip
        if self._has_context and region.intersects(self._context_rect()):
            colour = self._theme.readable("secondary")
            ink.draw(painter, self._theme, self._context_rect(), self._context, colour, pixels=fonts.CAPTION)
        painter.end()

    def _paint_title(self, painter: QPainter) -> None:
        rect = self._title_rect()
        if not self._title:
            return
        ink.draw(painter, self._theme, rect, self._title, self._theme.colour("text"), weight=ink.STRONG)
        if not self._has_context and self._context:
            used = ink.width(self._theme.family, self._title, weight=ink.STRONG) + 8
            beside = rect.adjusted(used, 0, 0, 0)
            ink.draw(
                painter, self._theme, beside, self._context, self._theme.readable("secondary"), pixels=fonts.CAPTION
            )

    def place_tool(self) -> None:
        """Put the tool to its place: to be called where it or the title has become wider."""
        if self._tool is None:
            return
        size = self._tool.sizeHint()
        middle = self._title_rect().center().y()
        if self._tool_right:
            left = self.width() - PAD_X - size.width() + (4 if not self._has_figure else 0)
        else:
            left = PAD_X + ink.width(self._theme.family, self._title, weight=ink.STRONG) + 16
        self._tool.setGeometry(QRect(QPoint(left, middle - size.height() // 2), size))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_tool()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            inside = self._reason is not None and self._figure_rect().contains(event.pos())
            if inside:
                QToolTip.showText(event.globalPos(), self._reason or "", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


class PlotCard(Card):
    """A card with a plot and the legend under it, all from one `CardView`."""

    def __init__(
        self, theme: Theme, cursor: TimeCursor, title: str, parent: QWidget, *, words: bool = True, legend: bool = True
    ) -> None:
        super().__init__(theme, title, parent)
        self.plot = TimePlot(theme, cursor, self, words=words)
        self.plot.setAccessibleName(title)
        self.body.addWidget(self.plot, 1)
        self.legend = Legend(theme, self) if legend else None
        if self.legend is not None:
            self.body.addWidget(self.legend)

    def set_view(self, view: CardView) -> None:
        """Show ``view``: head, plot and legend."""
        self.set_head(view.title, view.figure, view.context, view.reason)
        self.plot.set_view(view.plot)
        self.plot.set_missing(view.reason if view.plot is None else None)
        if self.legend is not None:
            self.legend.set_lines(view.plot.lines if view.plot is not None else ())
