"""A page that scrolls up and down where the window is too low for it, and only there; the ground below scroll bars."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QWidget


class Scroll(QScrollArea):
    """Holds ``content`` at the width there is. Its background is that of ``ground``."""

    def __init__(
        self, content: QWidget, parent: QWidget, *, ground: QPalette.ColorRole = QPalette.ColorRole.Window
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setBackgroundRole(ground)
        content.setBackgroundRole(ground)
        content.setAutoFillBackground(True)
        self.setWidget(content)
        ground_bars(self, ground)


def ground_bars(area: QAbstractScrollArea, ground: QPalette.ColorRole) -> None:
    """Let what holds the bars of ``area`` be opaque: else a bar that moves paints everything below it anew."""
    for bar in (area.verticalScrollBar(), area.horizontalScrollBar()):
        holder = bar.parentWidget()
        assert holder is not None, "Qt puts each bar into a box of its own"
        holder.setBackgroundRole(ground)
        holder.setAutoFillBackground(True)
