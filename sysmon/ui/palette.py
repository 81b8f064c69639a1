"""Ctrl+K: type a few letters of a machine, a page or an action, press Enter.

Works by keyboard alone. Knows nothing of what its entries do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sysmon.ui import fonts, icons
from sysmon.ui.overlay import Overlay
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.fuzzy import ranked

_ROW = 34
_MOST = 10
_ICON = 16


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something to jump to or to do. ``kind`` is the word at the right: "Page", "Machine", "Ctrl+Q"."""

    title: str
    kind: str
    icon: str
    run: Callable[[], object]


class Palette(Overlay):
    """Asks ``entries`` each time it opens: machines come and go."""

    def __init__(self, theme: Theme, window: QWidget, entries: Callable[[], Sequence[PaletteEntry]]) -> None:
        super().__init__(theme, window, "Search or jump to", width=560, top=72)
        self._entries = entries
        self._all: Sequence[PaletteEntry] = ()
        self._shown: list[PaletteEntry] = []
        self.field = QLineEdit(self.box)
        self.field.setPlaceholderText("Machine, page or action")
        self.field.setAccessibleName("Search or jump to")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget(self.box)
        self.list.setAccessibleName("Found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._run)
        self.body.addWidget(self.field)
        self.body.addWidget(self.list)

    def open(self) -> None:
        self._all = self._entries()
        self.field.clear()
        self._search("")
        super().open()

    def focus_inside(self) -> None:
        self.field.setFocus()

    @property
    def titles(self) -> list[str]:
        """What is listed now, best first."""
        return [entry.title for entry in self._shown]

    def _search(self, typed: str) -> None:
        self._shown = ranked(typed, self._all, lambda entry: entry.title, _MOST)
        self.list.clear()
        for entry in self._shown:
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, (entry.kind, entry.icon))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.kind}")
            self.list.addItem(item)
        if not self._shown:
            empty = QListWidgetItem("Nothing has that name")
            empty.setFlags(Qt.ItemFlag.NoItemFlags)
            empty.setData(Qt.ItemDataRole.UserRole, ("", "search"))
            self.list.addItem(empty)
        else:
            self.list.setCurrentRow(0)
        self.list.setFixedHeight(max(1, self.list.count()) * _ROW + 2)
        self.body.activate()
        self.place()

    def _run(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            entry = self._shown[row]
            self.close_box()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """Keys that the field would take for itself, or the window behind it."""
        key, count = event.key(), len(self._shown)
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
        }
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif key == Qt.Key.Key_Escape:
            self.close_box()
        elif key in steps and count:
            self.list.setCurrentRow((self.list.currentRow() + steps[Qt.Key(key)]) % count)
        else:
            return False
        return True


class _Row(QStyledItemDelegate):
    """An icon, a name, a quiet word at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, rect = self._theme, QRect(option.rect)
        kind, icon = index.data(Qt.ItemDataRole.UserRole)
        list_view = self.parent()
        chosen = isinstance(list_view, QListWidget) and list_view.currentRow() == index.row()
        ground = "selection" if chosen else "card"
        if chosen:
            ink.box(painter, theme, rect, theme.colour(ground), None, 6)
        quiet = theme.readable("secondary", ground)
        ratio = QApplication.primaryScreen().devicePixelRatio()
        picture = icons.pixmap(icon, quiet, _ICON, ratio)
        painter.drawPixmap(rect.left() + 10, rect.center().y() - _ICON // 2 + 1, picture)
        text = rect.adjusted(36, 0, -12, 0)
        ink.draw(painter, theme, text, str(index.data()), theme.colour("text"))
        ink.draw(painter, theme, text, kind, quiet, pixels=fonts.CAPTION, align=ink.RIGHT)
