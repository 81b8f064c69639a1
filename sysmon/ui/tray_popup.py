"""The small window at the tray icon: figures and traces of this machine, the others in a line each.

Closes when it loses the focus. Knows no tray; whoever shows it says where the icon is.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.marks import paint_dot
from sysmon.ui.widgets.sparkline import TraceBrush
from sysmon.viewmodels.tray import MachineRow, TraceRow, TrayView

WIDTH = 300
_PAD = 15
_HEAD = 34
_ROW = 28
_TRACE = QSize(116, 20)
_NAME = 70
_MARGIN = 8
"""Between the pop-up and the edges of the screen."""


class TrayPopup(QWidget):
    """Shows a `TrayView`. A press on a machine asks for it; Enter asks for this one."""

    opened = Signal(str)
    """The id of the machine to show in the window; empty for this one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self._view: TrayView | None = None
        self._brush: TraceBrush | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("This machine in short")
        theme.changed.connect(self._restyle)

    def set_view(self, view: TrayView) -> None:
        """Show ``view``; the height follows the number of machines."""
        self._view = view
        self.setFixedSize(WIDTH, self._height(view))
        self.setAccessibleDescription(", ".join(f"{row.name} {row.text}" for row in view.rows))
        self.update()

    def _height(self, view: TrayView) -> int:
        others = len(view.others) * _ROW + 9 if view.others else 0
        return _HEAD + len(view.rows) * _ROW + others + 8

    def show_at(self, icon: QRect) -> None:
        """Open beside ``icon``, in global logical pixels; in the usual corner where the system hides its place."""
        screen = QGuiApplication.screenAt(icon.center()) if icon.isValid() else None
        room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        self.move(place(icon, room, self.size()))
        self.show()
        self.setFocus()

    # --- painting -----------------------------------------------------------------------------------

    def _restyle(self) -> None:
        self._brush = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        view, theme = self._view, self._theme
        painter = QPainter(self)
        ink.box(painter, theme, self.rect(), theme.colour("card"), "line", ink.RADIUS)
        if view is not None:
            head = QRect(_PAD, 8, WIDTH - 2 * _PAD, _HEAD - 8)
            ink.draw(painter, theme, head, view.title, theme.colour("text"), weight=ink.STRONG)
            ink.draw(
                painter, theme, head, view.note, theme.readable("secondary"), pixels=fonts.CAPTION, align=ink.RIGHT
            )
            top = _HEAD
            for row in view.rows:
                self._paint_row(painter, row, top, _PAD)
                top += _ROW
            if view.others:
                painter.fillRect(_PAD, top + 4, WIDTH - 2 * _PAD, 1, theme.colour("line"))
                top += 9
            for other in view.others:
                self._paint_machine(painter, other, top)
                top += _ROW
        painter.end()

    def _paint_machine(self, painter: QPainter, row: MachineRow, top: int) -> None:
        paint_dot(painter, self._theme, QRect(_PAD, top, 8, _ROW).toRectF().center(), row.dot)
        self._paint_row(painter, row.trace, top, _PAD + 16)

    def _paint_row(self, painter: QPainter, row: TraceRow, top: int, left: int) -> None:
        theme = self._theme
        name = QRect(left, top, _PAD + _NAME - left, _ROW)
        ink.draw(painter, theme, name, row.name, theme.readable("secondary"))
        if row.values:
            picture = self._trace_brush().picture(row.values, row.hue, row.top)
            painter.drawPixmap(_PAD + _NAME, top + (_ROW - _TRACE.height()) // 2, picture)
        right = _PAD + _NAME + (_TRACE.width() + 4 if row.values else 0)
        figure = QRect(right, top, WIDTH - _PAD - right, _ROW)
        ink.draw(painter, theme, figure, row.text, theme.colour("text"), weight=ink.MEDIUM, align=ink.RIGHT)

    def _trace_brush(self) -> TraceBrush:
        ratio = self.devicePixelRatioF()
        if self._brush is None or self._brush.ratio != ratio:
            self._brush = TraceBrush(self._theme, _TRACE, ratio)
        return self._brush

    # --- keys and pointer ---------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.close()
            self.opened.emit(self._host_at(event.position().y()))

    def _host_at(self, y: float) -> str:
        if self._view is None:
            return ""
        first = _HEAD + len(self._view.rows) * _ROW + 9
        at = int(y - first) // _ROW
        return self._view.others[at].host if 0 <= at < len(self._view.others) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.close()
            self.opened.emit("")
        else:
            super().keyPressEvent(event)  # Escape closes


def place(icon: QRect, room: QRect, size: QSize) -> QPoint:
    """Where a pop-up of ``size`` goes: at the icon's side of the screen, wholly inside ``room``."""
    inside = room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    if not icon.isValid():
        return QPoint(inside.right() - size.width() + 1, inside.bottom() - size.height() + 1)
    left = icon.center().x() - size.width() // 2
    above = icon.center().y() > room.center().y()
    top = icon.top() - size.height() - _MARGIN if above else icon.bottom() + 1 + _MARGIN
    return QPoint(
        max(inside.left(), min(left, inside.right() - size.width() + 1)),
        max(inside.top(), min(top, inside.bottom() - size.height() + 1)),
    )
