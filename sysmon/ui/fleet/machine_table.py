"""The table of all machines: sorted by any column, in groups where there are, heat cells, rows that do not jump while
the pointer is pressed.

A right click on the head hides and shows columns.

Knows no store: the page hands it members and it asks for a sorting when the user does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sysmon.ui.fleet import heading
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.row_table import RowTable
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_groups import Heading, grouped
from sysmon.viewmodels.fleet_table import COLUMN_OF, COLUMNS, TIPS, heat, sort
from sysmon.viewmodels.format import UNKNOWN, Units
from sysmon.viewmodels.machines import HUES

ROW: Final = 28
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_Look = tuple[tuple[str, ...], tuple[float, ...]]
_HEAT_STEPS: Final = 24


class MachineTableModel(QAbstractTableModel):
    """Members for Qt and the headings of their groups, with the texts and heats that were made for them."""

    def __init__(self, parent: QObject, units: Units) -> None:
        super().__init__(parent)
        self.units = units
        self.order: tuple[str, bool] = ("", True)
        """The column that rows are sorted by, and whether the smallest comes first; "" for the order of the page."""
        self.folded: Collection[str] | None = None
        """Tags of the groups whose machines are not shown; None where machines are in no groups."""
        self.members: Sequence[Member | Heading] = ()
        self._looks: dict[str, tuple[Member, _Look]] = {}

    def set_members(self, members: Sequence[Member], *, frozen: bool, seen: range) -> list[int]:
        """Show ``members``, sorted unless rows are ``frozen``; the numbers of the rows that look different in their place.

        Only of the rows that can be ``seen`` is it found out, and only they are written: there may be hundreds.
        """
        key, ascending = self.order
        wanted = grouped(sort(members, key, ascending=ascending) if key else members, self.folded)
        if frozen and {m.host for m in wanted} == {m.host for m in self.members}:
            fresh = {member.host: member for member in wanted}
            wanted = tuple(fresh[member.host] for member in self.members)
        before = self.members
        if [member.host for member in before] == [member.host for member in wanted]:
            self.members = wanted
            shown = (at for at in seen if at < len(wanted))
            return [at for at in shown if self._changed(before[at], wanted[at])]
        self.layoutAboutToBeChanged.emit()
        old = [(index, before[index.row()].host) for index in self.persistentIndexList()]
        self.members = wanted
        places = {member.host: at for at, member in enumerate(wanted)}
        for index, host in old:
            at = places.get(host, -1)
            self.changePersistentIndex(index, self.index(at, index.column()) if at >= 0 else _NOWHERE)
        for gone in self._looks.keys() - places.keys():
            del self._looks[gone]
        self.layoutChanged.emit()
        return []

    def _changed(self, before: Member | Heading, now: Member | Heading) -> bool:
        return before != now if isinstance(now, Heading) else self._renew(now)

    def _renew(self, member: Member) -> bool:
        """Make the look of ``member``; True where it is another than before."""
        kept = self._looks.get(member.host)
        if kept is not None and (kept[0] is member or kept[0] == member):
            return False
        look: _Look = (
            tuple(column.write(member, self.units) for column in COLUMNS),
            tuple(round(heat(member, column) * _HEAT_STEPS) / _HEAT_STEPS for column in COLUMNS),
        )
        self._looks[member.host] = (member, look)
        return kept is None or kept[1] != look

    def restyle(self) -> None:
        """Write everything anew."""
        self._looks.clear()

    def head(self, index: _Index) -> Heading | None:
        """The heading at ``index``, None where a machine is."""
        found = self.members[index.row()] if index.isValid() else None
        return found if isinstance(found, Heading) else None

    def look(self, index: _Index) -> tuple[Member, str, float]:
        """Member, text and heat of a cell of a machine."""
        member = self.members[index.row()]
        assert isinstance(member, Member)
        self._renew(member)
        texts, heats = self._looks[member.host][1]
        return member, texts[index.column()], heats[index.column()]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.members)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        head = self.head(index)
        if head is not None:
            told = {Qt.ItemDataRole.ToolTipRole: head.states, Qt.ItemDataRole.AccessibleTextRole: head.spoken}
            if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
                return head.title
            return told.get(Qt.ItemDataRole(role))
        member, text, _ = self.look(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            column = COLUMNS[index.column()]
            if text == UNKNOWN:
                reason = (
                    "this machine does not tell"
                    if member.live
                    else f"{member.machine.state.value}: {member.machine.note}"
                )
                return f"{column.title}: {reason}"
            return text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            key, ascending = self.order
            return f"{column.title} {'↑' if ascending else '↓'}" if key == column.key else column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS.get(column.key)
        return None


class MachineTable(RowTable):
    """Shows `Member`s. Enter or a double click opens a machine."""

    opened = Signal(str)
    """The id of the machine that is to be shown."""
    menu_asked = Signal(str, QPoint)
    """The id of a machine whose menu is wanted, and the point of the screen where."""
    folded = Signal(str)
    """The tag of a group that is to be folded, or unfolded."""
    order_changed = Signal()
    """Rows are to be sorted by another column."""

    def __init__(self, theme: Theme, units: Units, parent: QWidget) -> None:
        super().__init__(theme, "Machines", ROW, parent, least=48)
        self.rows = MachineTableModel(self, units)
        self.setModel(self.rows)
        self.cells = MachineTableCells(theme, self.rows, self)
        self.setItemDelegate(self.cells)
        self._theme, self._pressed = theme, False
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSectionsMovable(True)
        head.setStretchLastSection(True)
        for at, column in enumerate(COLUMNS):
            head.resizeSection(at, column.width)
        head.sectionClicked.connect(self._head_clicked)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._offer_columns)
        self.doubleClicked.connect(self._open)

    def set_units(self, units: Units) -> None:
        """Write quantities in ``units`` from now on."""
        self.rows.units = units
        self.rows.restyle()
        self.viewport().update()

    def set_members(
        self, members: Sequence[Member], *, held: bool = False, folded: Collection[str] | None = None
    ) -> None:
        """Show ``members``; only rows that changed are drawn again. While ``held`` none moves.

        In groups without those of ``folded`` tags, None for no groups.
        """
        self.rows.folded = folded
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        seen = range(max(0, first), (last if last >= 0 else len(self.rows.members) - 1) + 1)
        for at in self.rows.set_members(members, frozen=held or self._pressed, seen=seen):
            place = self.visualRect(self.rows.index(at, 0))
            self.viewport().update(QRect(0, place.top(), self.viewport().width(), place.height()))
        if members and not self.currentIndex().isValid():
            # The keyboard begins at the first row; nothing is selected before the user does it.
            self.selectionModel().setCurrentIndex(self.rows.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)

    def columns_state(self) -> QByteArray:
        """Widths and order of the columns, to be remembered."""
        return self.horizontalHeader().saveState()

    def restore_columns(self, state: QByteArray) -> None:
        """Take back what `columns_state` gave; something else changes nothing."""
        head = self.horizontalHeader()
        if head.restoreState(state) and head.count() == len(COLUMNS):
            head.setStretchLastSection(True)

    def _head_clicked(self, section: int) -> None:
        """By this column, then the other way round, then in the order of the page again."""
        key, ascending = self.rows.order
        column = COLUMNS[section]
        first = not column.number
        if column.key != key:
            self.sort_by(column.key, ascending=first)
        elif ascending is first:
            self.sort_by(key, ascending=not first)
        else:
            self.sort_by("", ascending=True)
        self.order_changed.emit()

    def sort_by(self, key: str, *, ascending: bool) -> None:
        """Sort by the column ``key`` from the next `set_members` on; an empty key keeps the order of the page."""
        self.rows.order = (key, ascending)
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def columns_menu(self) -> QMenu:
        """A menu that hides columns and shows them again."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, column in enumerate(COLUMNS[1:], start=1):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(section))
            action.triggered.connect(partial(self._toggle, section))
        return menu

    def _toggle(self, section: int) -> None:
        self.setColumnHidden(section, not self.isColumnHidden(section))

    def _offer_columns(self, at: QPoint) -> None:
        menu = self.columns_menu()
        self._pressed = True
        menu.aboutToHide.connect(self._menu_closed)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _menu_closed(self) -> None:
        self._pressed = False

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and self.rows.head(index) is None:
            self.opened.emit(self.rows.members[index.row()].host)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        head = self.rows.head(self.currentIndex())
        if head is not None and heading.turns(event, head):
            self.folded.emit(head.tag)
        elif event.key() in heading.ENTER:
            self._open(self.currentIndex())
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier or event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        if index.isValid() and self.rows.head(index) is None:
            middle = self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_asked.emit(self.rows.members[index.row()].host, middle if keyboard else event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False
        super().mouseReleaseEvent(event)
        head = self.rows.head(self.indexAt(event.position().toPoint()))
        if head is not None and event.button() is Qt.MouseButton.LeftButton:
            self.folded.emit(head.tag)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.cells.dirty = event.region()
        super().paintEvent(event)
        if self.rows.folded is not None:
            self._paint_headings(event.rect())

    def _paint_headings(self, dirty: QRect) -> None:
        """Over all columns, which no cell can do."""
        painter = QPainter(self.viewport())
        current = self.currentIndex().row() if self.hasFocus() else -1
        for at in range(max(0, self.rowAt(dirty.top())), len(self.rows.members)):
            top = self.rowViewportPosition(at)
            head = self.rows.members[at]
            if top > dirty.bottom():
                break
            if isinstance(head, Heading):
                rect = QRect(0, top, self.viewport().width(), ROW)
                ground = "selection" if self.selectionModel().isRowSelected(at) else "card"
                painter.fillRect(rect, self._theme.colour(ground))
                inner = rect.adjusted(6, 0, -6, 0)
                heading.paint(painter, self._theme, inner, head, ground, focused=at == current)
        painter.end()


class MachineTableCells(QStyledItemDelegate):
    """Draws cells: a dot before the name, the state as a word, heat behind figures."""

    def __init__(self, theme: Theme, rows: MachineTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self.dirty = QRegion()
        self.drawn = 0
        """How many cells were drawn so far."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, rect, state = self._theme, QRect(option.rect), option.state
        if self._rows.head(index) is not None or not self.dirty.intersects(rect):
            return
        self.drawn += 1
        column = COLUMNS[index.column()]
        member, text, strength = self._rows.look(index)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        ground = "selection" if chosen else "card"
        painter.fillRect(rect, theme.colour(ground))
        if strength > 0 and not chosen:
            painter.fillRect(rect, theme.blend(column.hue, "card", 0.03 + 0.45 * strength))
        room = rect.adjusted(10, 0, -9, 0)
        if column is COLUMN_OF["name"]:
            marks.paint_dot(
                painter, theme, QPointF(room.left() + 4, rect.center().y() + 0.5), HUES[member.machine.state]
            )
            room = room.adjusted(16, 0, 0, 0)
        quiet = column.quiet or text == UNKNOWN or column is COLUMN_OF["state"]
        colour = theme.readable("secondary", ground) if quiet else theme.colour("text")
        weight = ink.MEDIUM if column is COLUMN_OF["name"] else ink.NORMAL
        ink.draw(painter, theme, room, text, colour, weight=weight, align=ink.RIGHT if column.number else ink.LEFT)
