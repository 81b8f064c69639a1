"""The sheet of all keys (?), made from the list that the window obeys."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sysmon.ui import fonts
from sysmon.ui.overlay import Overlay
from sysmon.ui.pages import registry
from sysmon.ui.shortcuts import KEYS, Key
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_ROW = 26
_HEAD = 30
_COLUMN = 300
_GAP = 24


def columns(keys: tuple[Key, ...], count: int = 2) -> list[list[tuple[str, list[Key]]]]:
    """The groups of ``keys`` in their order, dealt to ``count`` columns of about equal length."""
    groups: dict[str, list[Key]] = {}
    for key in keys:
        groups.setdefault(key.group, []).append(key)
    made: list[list[tuple[str, list[Key]]]] = [[] for _ in range(count)]
    heights = [0] * count
    for name, members in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        shortest = heights.index(min(heights))
        made[shortest].append((name, members))
        heights[shortest] += len(members) * _ROW + _HEAD
    return made


def words(key: Key) -> str:
    """What the key does; a page by its own name."""
    number = key.action.removeprefix("page-")
    if number != key.action and int(number) <= len(registry.TABS):
        return registry.TABS[int(number) - 1].title
    return key.text


def spelled(key: Key) -> str:
    """The key as this system writes it: "Ctrl+K", on macOS "⌘K"."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(name).toString(native) or name for name in key.keys)


class ShortcutSheet(Overlay):
    """All keys of the window, by group. Any key closes it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, "Shortcuts", width=2 * _COLUMN + _GAP + 48, top=64)
        self.sheet = _Sheet(theme, self.box)
        self.body.setContentsMargins(24, 16, 24, 20)
        self.body.addWidget(self.sheet)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            self.close_box()
        event.accept()


class _Sheet(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = columns(KEYS)
        self.setAccessibleName("Shortcuts")
        self.setAccessibleDescription("; ".join(f"{words(key)}: {spelled(key)}" for key in KEYS))

    def sizeHint(self) -> QSize:
        height = max(sum(len(keys) * _ROW + _HEAD for _, keys in column) for column in self._columns)
        return QSize(2 * _COLUMN + _GAP, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = (self.width() - _GAP) // 2
        for number, column in enumerate(self._columns):
            self._paint_column(painter, column, number * (width + _GAP), width)
        painter.end()

    def _paint_column(self, painter: QPainter, column: list[tuple[str, list[Key]]], left: int, width: int) -> None:
        theme, top = self._theme, 0
        for name, keys in column:
            head = QRect(left, top, width, _HEAD)
            ink.draw(painter, theme, head, name, theme.colour("text"), weight=ink.STRONG)
            top += _HEAD
            for key in keys:
                row = QRect(left, top, width, _ROW)
                quiet = theme.readable("secondary")
                ink.draw(painter, theme, row, words(key), quiet)
                ink.draw(painter, theme, row, spelled(key), theme.colour("text"), pixels=fonts.CAPTION, align=ink.RIGHT)
                top += _ROW
