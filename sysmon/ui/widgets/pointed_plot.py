"""A plot that the pointer acts on: hands what the mouse does to its `PlotPointer`. Draws nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from sysmon.ui.widgets.plot_pointer import PlotPointer


class PointedPlot(QWidget):
    """What small and large plots have in common. Subclasses set ``_pointer`` when they are made."""

    _pointer: PlotPointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event.position().x())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pointer.press(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pointer.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pointer.double()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.setAccepted(self._pointer.turn(event.angleDelta().y(), event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer.leave()
        super().leaveEvent(event)
