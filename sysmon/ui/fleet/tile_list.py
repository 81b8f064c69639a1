"""The tiles of all machines in as many columns as fit, in groups where there are. Only tiles that can be seen are asked
for, made and drawn.

Arrows move between tiles, typing finds one, Enter or a click opens its machine or folds a group; the menu offers the
rest. Knows no store.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from sysmon.ui.fleet import heading, tile_cells
from sysmon.ui.fleet.tile_cells import TileBrush
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet_groups import Heading
from sysmon.viewmodels.fleet_links import RETRY
from sysmon.viewmodels.fleet_tiles import TileView

GAP: Final = 12
LEAST: Final = 300
"""Logical pixels that a tile is at least wide, where there is more than one column."""
MARGIN: Final = 20
_USUAL: Final = 185
"""Logical pixels that a row of tiles takes, or as much more or less as makes whole rows of the room."""
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class TileRows(QAbstractListModel):
    """Machines in their order with headings between, and the tiles made of them so far."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hosts: Sequence[str] = ()
        self.names: Mapping[str, str] = {}
        self.heads: Mapping[str, Heading] = {}
        """What stands between machines, by what it has in the place of their id."""
        self.tiles: dict[str, TileView] = {}

    def set_hosts(self, hosts: Sequence[str], names: Mapping[str, str], heads: Mapping[str, Heading]) -> None:
        """These machines and ``heads``, in this order; ``names`` are what machines are called."""
        self.names, self.heads = names, heads
        if hosts != self.hosts:
            self.layoutAboutToBeChanged.emit()
            before = [(index, self.hosts[index.row()]) for index in self.persistentIndexList()]
            rows = {host: at for at, host in enumerate(hosts)}
            self.hosts = hosts
            for index, host in before:
                self.changePersistentIndex(index, self.index(rows[host]) if host in rows else _NOWHERE)
            self.tiles = {host: tile for host, tile in self.tiles.items() if host in rows}
            self.layoutChanged.emit()

    def tile(self, index: _Index) -> TileView | None:
        """The tile at ``index``, None where nobody made it yet."""
        return self.tiles.get(self.hosts[index.row()])

    def head(self, index: _Index) -> Heading | None:
        """The heading at ``index``, None where a machine is."""
        return self.heads.get(self.hosts[index.row()]) if index.isValid() else None

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.hosts)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        host = self.hosts[index.row()]
        head = self.heads.get(host)
        if head is not None:
            spoken = role == Qt.ItemDataRole.AccessibleTextRole
            return head.spoken if spoken else head.title if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.names.get(host, host)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            tile = self.tiles.get(host)
            return tile.spoken if tile is not None else self.names.get(host, host)
        return None


class TileList(QListView):
    """Shows `TileView`s."""

    opened = Signal(str)
    """The id of the machine that is to be shown."""
    retry_asked = Signal(str)
    """The id of a machine that is to be tried again at once."""
    menu_asked = Signal(str, QPoint)
    """The id of a machine whose menu is wanted, and the point of the screen where."""
    folded = Signal(str)
    """The tag of a group that is to be folded, or unfolded."""
    seen_changed = Signal()
    """Other tiles than before can be seen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows = TileRows(self)
        self.setModel(self.rows)
        self.cells = TileCells(theme, self.rows, self)
        self.setItemDelegate(self.cells)
        self._pressed = QPoint(-1, -1)
        self._ends: list[int] = []
        """Where each row of the grid ends that something stands in, from the top of all, and in `_firsts` who is first."""
        self._firsts: list[int] = []
        self.setAccessibleName("Machines")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Always there, else the list keeps room for it that the tiles then lack; seen only where there is more.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setViewportMargins(MARGIN, 16, 0, 0)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self.seen_changed)
        bar.rangeChanged.connect(self._range_changed)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setStyleSheet(
            f"QListView {{ background: {self._theme.name_of('window')}; }}"
            f"QScrollBar:vertical {{ width: {MARGIN - GAP}px; }}"
            "QScrollBar::handle:disabled { background: transparent; }"
        )
        self.cells.restyle()
        self.viewport().update()

    def _range_changed(self, least: int, most: int) -> None:
        self.verticalScrollBar().setEnabled(most > least)

    @property
    def held(self) -> bool:
        """Whether nothing may move now: the pointer is pressed."""
        return self._pressed.x() >= 0

    def set_hosts(
        self, hosts: Sequence[str], names: Mapping[str, str], heads: Mapping[str, Heading] | None = None
    ) -> None:
        """Show these machines and ``heads`` in this order; scroll and the current tile stay."""
        top, before, heads = self.verticalScrollBar().value(), self.rows.heads, heads or {}
        moved = hosts != self.rows.hosts
        if bool(before) != bool(heads):
            # Before rows are laid out: headings are as wide as all of it, tiles alone are all of one size.
            self.setUniformItemSizes(not heads)
            self.setGridSize(QSize() if heads else self.cells.cell)
        self.rows.set_hosts(hosts, names, heads)
        if moved:
            self._measure()
        self.verticalScrollBar().setValue(top)
        for key in heads.keys() & before.keys() if before != heads else ():
            if heads[key] != before[key]:
                self.update(self.rows.index(self.rows.hosts.index(key)))
        if hosts and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0))

    def set_tiles(self, tiles: Sequence[TileView]) -> None:
        """Show ``tiles`` in their places; only those that are other than before are drawn again."""
        rows = {host: at for at, host in enumerate(self.rows.hosts)}
        for tile in tiles:
            before = self.rows.tiles.get(tile.host)
            if before is not tile and tile.host in rows:
                self.rows.tiles[tile.host] = tile
                self.viewport().update(self.visualRect(self.rows.index(rows[tile.host])))

    def seen(self) -> list[str]:
        """Ids of the machines whose tiles can be seen now."""
        top = self.verticalScrollBar().value()
        first = bisect_right(self._ends, top)
        last = bisect_left(self._ends, top + self.viewport().height()) + 1
        if first >= len(self._firsts):
            return []
        end = self._firsts[last] if last < len(self._firsts) else len(self.rows.hosts)
        return [host for host in self.rows.hosts[self._firsts[first] : end] if host not in self.rows.heads]

    def _measure(self) -> None:
        """Find out where each row of the grid ends: a heading has one for itself."""
        columns, heads = self.columns(), self.rows.heads
        self._ends, self._firsts = [], []
        end, taken = 0, columns
        for at, host in enumerate(self.rows.hosts):
            head = host in heads
            if head or taken >= columns:
                end += (self.cells.wide if head else self.cells.cell).height()
                self._ends.append(end)
                self._firsts.append(at)
                taken = 0
            taken = columns if head else taken + 1

    def columns(self) -> int:
        """Tiles in a row."""
        return max(1, (self.viewport().width()) // (LEAST + GAP))

    def sizeHint(self) -> QSize:
        return QSize(LEAST + 2 * MARGIN, tile_cells.HEIGHT + 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = (self.viewport().width() - 1) // self.columns()  # a row that fills all of it is broken
        self.cells.cell = QSize(width, fitting(self.viewport().height()))
        self.cells.wide = QSize(self.viewport().width() - 1, heading.HEIGHT + GAP)
        if not self.rows.heads:
            self.setGridSize(self.cells.cell)
        super().resizeEvent(event)
        self._measure()
        self.seen_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        # A list asks for every item in the box around all that is to be drawn; two far tiles would draw all between.
        self.cells.dirty = event.region()
        super().paintEvent(event)

    # --- what the user does -------------------------------------------------------------------------

    def offer_at(self, point: QPoint) -> tuple[str, str] | None:
        """Id and offer of the tile under ``point``, where it is on the words that offer something."""
        index = self.indexAt(point)
        tile = self.rows.tile(index) if index.isValid() else None
        if tile is None or tile.silence is None:
            return None
        area = tile_cells.offer_rect(inner(self.visualRect(index)), tile, self._theme.family)
        return (tile.host, tile.silence.offer) if area.contains(point) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, QPoint(-1, -1)
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid() or self.indexAt(pressed) != index:
            return
        if not inner(self.visualRect(index)).contains(point):
            return
        head = self.rows.head(index)
        if head is not None:
            self.folded.emit(head.tag)
            return
        offer = self.offer_at(point)
        if offer is not None and offer[1] == RETRY:
            self.retry_asked.emit(offer[0])
        else:
            self.opened.emit(self.rows.hosts[index.row()])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        over = self.rows.head(self.indexAt(point)) is not None or self.offer_at(point) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        head = self.rows.head(index)
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif head is not None and heading.turns(event, head):
            self.folded.emit(head.tag)
        elif event.key() in heading.ENTER and index.isValid():
            self.opened.emit(self.rows.hosts[index.row()])
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Home) and not event.modifiers():
            event.ignore()  # pause and live are the window's
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        if index.isValid() and self.rows.head(index) is None:
            middle = self.viewport().mapToGlobal(inner(self.visualRect(index)).center())
            self.menu_asked.emit(self.rows.hosts[index.row()], middle if keyboard else event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            tile = self.rows.tile(index) if index.isValid() else None
            head = self.rows.head(index)
            if head is not None:
                QToolTip.showText(event.globalPos(), head.states, self)
            elif tile is None:
                QToolTip.hideText()
            else:
                rect = inner(self.visualRect(index))
                QToolTip.showText(event.globalPos(), tile_cells.tip_at(rect, tile, event.pos()), self)
            return True
        return super().viewportEvent(event)


def fitting(room: int) -> int:
    """Height of a tile with the gap under it, such that whole rows fill ``room``: a row that is cut looks broken."""
    rows = max(1, round(room / _USUAL))
    if room // rows < tile_cells.LOWEST + GAP:
        rows = max(1, rows - 1)
    return min(max(room // rows, tile_cells.LOWEST + GAP), tile_cells.HIGHEST + GAP)


def inner(cell: QRect) -> QRect:
    """The tile inside its cell of the grid."""
    return cell.adjusted(0, 0, -GAP, -GAP)


class TileCells(QStyledItemDelegate):
    """Draws the tiles of a list."""

    def __init__(self, theme: Theme, rows: TileRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self._brush: TileBrush | None = None
        self.drawn = 0
        """How many tiles were drawn so far."""
        self.dirty = QRegion()
        self.cell = QSize(LEAST + GAP, tile_cells.HEIGHT + GAP)
        """Size of a tile with the gap behind it, and in `wide` that of a heading."""
        self.wide = QSize(self.cell.width(), heading.HEIGHT + GAP)

    def restyle(self) -> None:
        """Other colours are in force."""
        self._brush = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self.cell if self._rows.head(index) is None else self.wide

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect, state = inner(QRect(option.rect)), option.state
        head, focused = self._rows.head(index), bool(state & QStyle.StateFlag.State_HasFocus)
        if head is not None:
            heading.paint(painter, self._theme, rect, head, "window", focused=focused)
            return
        tile = self._rows.tile(index)
        if tile is None or not self.dirty.intersects(rect):
            return
        ratio = painter.device().devicePixelRatioF()
        if self._brush is None or self._brush.size != rect.size() or self._brush.ratio != ratio:
            self._brush = TileBrush(self._theme, rect.size(), ratio)
        self.drawn += 1
        self._brush.paint(
            painter,
            rect,
            tile,
            hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            focused=focused,
        )
