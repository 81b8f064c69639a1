"""The field for the filter language: what could stand next under it, what is wrong and where, rows at each key.

The list never takes the keyboard, so typing goes on; Down chooses in it, Tab takes the first. Knows no
language: it is told what is wrong and what could stand next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_ROW: Final = 26
_MOST_ROWS: Final = 9
_WIDTH: Final = 340
_HELP = Qt.ItemDataRole.UserRole + 1
_START = Qt.ItemDataRole.UserRole + 2


class Suggested(Protocol):
    """What could stand next."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def help(self) -> str: ...


class Wrong(Protocol):
    """What is wrong, and at which character."""

    @property
    def text(self) -> str: ...
    @property
    def position(self) -> int: ...


class FilterField(QLineEdit):
    """Words of a filter. Escape closes the list, then clears, then gives the keyboard away (`left`)."""

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget, suggest: Callable[[str], Sequence[Suggested]]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._suggest = suggest
        self._problem: Wrong | None = None
        self.popup = _Popup(theme, self)
        self.popup.itemClicked.connect(self._take)
        self.bubble = _Bubble(theme, self)
        self.setPlaceholderText("Filter: name, user:me, cpu>5")
        self.setAccessibleName("Filter of processes")
        self.setClearButtonEnabled(True)
        self.textEdited.connect(self._offer)
        self.textChanged.connect(self._forget)

    def set_problem(self, problem: Wrong | None) -> None:
        """Say under the field what is wrong, with a mark below the character; None takes it away."""
        self._problem = problem
        self.setAccessibleDescription("" if problem is None else problem.text)
        self._place_bubble()
        self.update()

    def problem(self) -> Wrong | None:
        """What is said to be wrong."""
        return self._problem

    # --- the list -----------------------------------------------------------------------------------

    def _offer(self) -> None:
        found = self._suggest(self.text()[: self.cursorPosition()])
        self.popup.clear()
        for suggestion in found:
            item = QListWidgetItem(suggestion.text)
            item.setData(_HELP, suggestion.help)
            item.setData(_START, suggestion.start)
            self.popup.addItem(item)
        if not found:
            self.popup.hide()
            self._place_bubble()
            return
        height = _ROW * min(_MOST_ROWS, len(found)) + 8
        if self.popup.parentWidget() is not self.window():
            self.popup.setParent(self.window())
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 4))
        self.popup.setGeometry(QRect(corner, QSize(_WIDTH, height)))
        self.popup.setCurrentRow(-1)
        self.popup.show()
        self.popup.raise_()
        self.bubble.hide()

    def _take(self, item: QListWidgetItem) -> None:
        start, cursor = int(item.data(_START)), self.cursorPosition()
        text = self.text()
        self.popup.hide()
        self.setText(text[:start] + item.text() + text[cursor:])
        self.setCursorPosition(start + len(item.text()))
        self._offer()

    def _forget(self, text: str) -> None:
        if not text:
            self.popup.hide()

    def event(self, event: QEvent) -> bool:
        # Tab would leave the field before keyPressEvent hears of it.
        pressed = (
            isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        )
        if pressed and self.popup.isVisible():
            self._take(self.popup.currentItem() if self.popup.currentRow() >= 0 else self.popup.item(0))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, listed = event.key(), self.popup.isVisible()
        chosen = self.popup.currentRow() if listed else -1
        if listed and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.popup.setCurrentRow((chosen + (1 if key == Qt.Key.Key_Down else -1)) % self.popup.count())
        elif listed and key == Qt.Key.Key_Escape:
            self.popup.hide()
            self._place_bubble()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen >= 0:
            self._take(self.popup.item(chosen))
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.popup.hide()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.popup.hide()
        self._place_bubble()
        super().focusOutEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        self.popup.hide()
        self.bubble.hide()

    # --- what is wrong ------------------------------------------------------------------------------

    def _place_bubble(self) -> None:
        if self._problem is None or self.popup.isVisible() or not self.isVisible():
            self.bubble.hide()
            return
        window = self.window()
        if self.bubble.parentWidget() is not window:
            self.bubble.setParent(window)
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        self.bubble.show_text(self._problem.text, corner, window.width() - corner.x() - 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._problem is None:
            return
        metrics = self.fontMetrics()
        text = self.text()
        at = min(self._problem.position, len(text))
        # The cursor tells how far a long text was moved to the left.
        origin = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        left = origin + metrics.horizontalAdvance(text[:at])
        width = max(6, metrics.horizontalAdvance(text[at : at + 1]))
        painter = QPainter(self)
        painter.fillRect(QRect(left, self.height() - 6, width, 2), self._theme.colour("critical"))
        painter.end()


class _Popup(QListWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Completions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_Line(theme, self))
        self._restyle(theme)
        theme.changed.connect(lambda: self._restyle(theme))
        self.hide()

    def _restyle(self, theme: Theme) -> None:
        line, card = theme.name_of("line"), theme.name_of("card")
        self.setStyleSheet(f"QListWidget {{ background: {card}; border: 1px solid {line}; border-radius: 8px; padding: 3px; }}")  # fmt: skip


class _Line(QStyledItemDelegate):
    """A completion, and in quiet words what it means."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        ground = "selection" if chosen else "hover" if state & QStyle.StateFlag.State_MouseOver else "card"
        painter.fillRect(rect, theme.colour(ground))
        room = rect.adjusted(8, 0, -8, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        ink.draw(painter, theme, room, text, theme.colour("text"))
        used = max(96, ink.width(theme.family, text) + 12)
        quiet = theme.readable("secondary", ground)
        ink.draw(painter, theme, room.adjusted(used, 0, 0, 0), str(index.data(_HELP)), quiet, pixels=fonts.CAPTION)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_WIDTH - 20, _ROW)


class _Bubble(QWidget):
    """A line of words over what is below the field: an error must not move the table."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def text(self) -> str:
        """What is said."""
        return self._text

    def show_text(self, text: str, corner: QPoint, room: int) -> None:
        """Say ``text`` with the upper left corner at ``corner`` of the parent, at most ``room`` pixels wide."""
        self._text = text
        width = min(max(120, room), ink.width(self._theme.family, text, fonts.CAPTION) + 24)
        self.setGeometry(QRect(corner, QSize(width, 28)))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        ink.box(painter, theme, self.rect(), theme.colour("card"), "critical", 6)
        colour = theme.readable("critical")
        ink.draw(painter, theme, self.rect().adjusted(11, 0, -11, 0), self._text, colour, pixels=fonts.CAPTION)
        painter.end()
