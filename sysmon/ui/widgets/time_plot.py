"""A plot over time, cheap enough for a dozen on one page every second.

Draws a `PlotView`; newest at the right, three quiet grid lines, words only at the ends. Shares the
cross-hair with every plot that has the same `TimeCursor`. Knows no store and no page.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QCursor, QFocusEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import axis_words, ink, plot_hover
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.plot_layer import PlotLayer
from sysmon.ui.widgets.plot_pointer import PlotPointer
from sysmon.ui.widgets.pointed_plot import PointedPlot
from sysmon.viewmodels.plot import PlotView

WORDS_HEIGHT = 20


class TimePlot(PointedPlot):
    """Shows one `PlotView`. ``words`` puts "5 min ago" and "now" under it; ``ground`` is the token it stands on."""

    def __init__(
        self, theme: Theme, cursor: TimeCursor, parent: QWidget, *, words: bool = True, ground: str = "card"
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pointer = PlotPointer(cursor, self.view, self.plot_rect)
        self._words = words
        self._ground = ground
        self._view: PlotView | None = None
        self._spoken = ""
        self._layer: PlotLayer | None = None
        self._picture = QPixmap()
        self._stale = True
        self._marked = QRect()
        self._ring = False
        self._missing: str | None = None
        self.painted = 0
        """How many views were drawn; a view that is never seen is never drawn."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)
        cursor.moved.connect(self._cursor_moved)

    def set_view(self, view: PlotView | None) -> None:
        """Show ``view``; None empties the plot. Nothing is drawn before the window asks for it."""
        if view is self._view:
            return
        words = self._end_words()
        self._view = view
        self._stale = True
        spoken = view.spoken if view is not None else ""
        if spoken is not self._spoken:
            self._spoken = spoken
            self.setAccessibleDescription(spoken)
        self.update(self.plot_rect())
        if words != self._end_words():
            self.update(self._words_rect())
        if view is not None and self.underMouse():
            self._pointer.stay(self.mapFromGlobal(QCursor.pos()).x())

    def set_missing(self, reason: str | None) -> None:
        """Say why there is no view at all."""
        if reason != self._missing:
            self._missing = reason
            self.update()

    def view(self) -> PlotView | None:
        """What is shown."""
        return self._view

    def plot_rect(self) -> QRect:
        """Where the data is drawn, in logical pixels; the words stand below."""
        return self.rect().adjusted(0, 0, 0, -WORDS_HEIGHT if self._words else 0)

    def columns(self) -> int:
        """How many columns of data are worth asking for: one for four device pixels, with its lowest and highest."""
        return max(16, round(self.plot_rect().width() * self.devicePixelRatioF()) // 4)

    def sizeHint(self) -> QSize:
        return QSize(320, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 40 + (WORDS_HEIGHT if self._words else 0))

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plot = self.plot_rect()
        if event.rect().intersects(plot):
            self._paint_plot(painter, plot)
        words = self._words_rect()
        if self._words and event.rect().intersects(words):
            self._paint_words(painter, words)
        if self.hasFocus() and self._ring:
            painter.setPen(self._theme.pen("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_plot(self, painter: QPainter, plot: QRect) -> None:
        view = self._view
        if view is None or view.missing is not None:
            painter.fillRect(plot, self._theme.colour(self._ground))
            self._paint_missing(painter, plot, (self._missing if view is None else view.missing) or "")
            return
        self._refresh_picture(view, plot)
        painter.drawPixmap(plot.topLeft(), self._picture)
        moment = self._pointer.moment()
        if moment is not None:
            painter.save()
            painter.setClipRect(plot)
            reading = plot_hover.read(view, moment, plot.width())
            plot_hover.paint(painter, self._theme, view, reading, plot, clock=self.underMouse())
            painter.restore()

    def _refresh_picture(self, view: PlotView, plot: QRect) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(round(plot.width() * ratio), round(plot.height() * ratio))
        if self._layer is None or self._layer.size != size or self._picture.devicePixelRatio() != ratio:
            self._layer = PlotLayer(self._theme, size, self._ground)
            self._picture = QPixmap(size)
            self._stale = True
        if self._stale:
            self._picture.setDevicePixelRatio(1.0)
            self._layer.draw(view, self._picture)
            self._picture.setDevicePixelRatio(ratio)
            self._stale = False
            self.painted += 1

    def _paint_words(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, self._theme.colour(self._ground))
        colour = self._theme.readable("tertiary", self._ground)
        for text, align in zip(self._end_words(), (ink.LEFT_FOOT, ink.RIGHT_FOOT), strict=True):
            ink.draw(painter, self._theme, rect, text, colour, pixels=fonts.SMALL, align=align)

    def _paint_missing(self, painter: QPainter, rect: QRect, reason: str) -> None:
        painter.setFont(fonts.font(self._theme.family, fonts.CAPTION))
        painter.setPen(self._theme.readable("secondary", self._ground))
        flags = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(rect.adjusted(8, 0, -8, 0), flags, reason)

    def _words_rect(self) -> QRect:
        plot = self.plot_rect()
        return QRect(plot.left(), plot.bottom() + 1, plot.width(), self.height() - plot.height())

    def _end_words(self) -> tuple[str, str]:
        if self._view is None or self._view.missing is not None:
            return "", ""
        return axis_words.ends(self._view.scope)

    def _restyle(self) -> None:
        self._layer = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layer = None
        super().resizeEvent(event)

    # --- the cross-hair and the pointer -----------------------------------------------------------

    def _cursor_moved(self) -> None:
        """Redraw where the cross-hair and its bubble were, and where they are now: nothing else changed."""
        before, self._marked = self._marked, QRect()
        moment = self._pointer.moment()
        if self._view is not None and moment is not None:
            self._marked = plot_hover.marked(
                self._view, moment, self._theme.family, self.plot_rect(), clock=self.underMouse()
            )
        if not before.isNull() or not self._marked.isNull():
            self.update(before.united(self._marked))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in ink.KEYBOARD
        super().focusInEvent(event)
