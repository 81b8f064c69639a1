"""One figure of several machines on one plot: what to compare by, the plot, who is shown. Knows no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.card import PAD_X, PAD_Y, Card
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.legend import ROW, Legend
from sysmon.ui.widgets.segmented import Segmented
from sysmon.ui.widgets.time_plot import TimePlot
from sysmon.viewmodels.plot import PlotView

MORE: Final = "More…"
_CHOOSER: Final = 96
_POPUP: Final = 420
_ROWS: Final = 16


class CompareCard(Card):
    """Shows one `PlotView` with a line for each machine."""

    chosen = Signal(str)
    """The key of the measure that the user took."""
    offered = Signal()
    """The list of other metrics is about to be shown: `set_others` fills it."""

    def __init__(self, theme: Theme, cursor: TimeCursor, fixed: Sequence[tuple[str, str]], parent: QWidget) -> None:
        """``fixed``: key and words of the measures that have a button of their own."""
        super().__init__(theme, "Compare", parent, figure=False, context=False)
        self._fixed = frozenset(key for key, _ in fixed)
        tools = QWidget(self)
        self.measures = Segmented(theme, "Compare by", tuple(fixed), tools)
        self.others = _Others(tools)
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.measures)
        row.addWidget(self.others)
        self.tools = tools
        self.plot = TimePlot(theme, cursor, self)
        self.plot.setAccessibleName("Compare")
        self.legend = Legend(theme, self)
        self.body.setContentsMargins(PAD_X, self.head_height() + 10, PAD_X, PAD_Y)
        self.body.addWidget(self.plot, 1)
        self.set_tool(tools)
        self.measures.chosen.connect(self.chosen)
        self.others.activated.connect(self._other_taken)
        self.others.opening.connect(self.offered)

    def choose(self, key: str, title: str) -> None:
        """Mark the measure ``key``, called ``title``, as the one that is shown."""
        self.measures.choose(key)
        if key in self._fixed:
            self.others.setCurrentIndex(-1)
        elif self.others.findData(key) < 0:
            self.others.addItem(title, key)
        if key not in self._fixed:
            self.others.setCurrentIndex(self.others.findData(key))
        self.plot.setAccessibleName(f"Compare {title}")

    def set_others(self, titles: Sequence[tuple[str, str]]) -> None:
        """Offer these metrics: key and title of each."""
        taken = self.others.currentData()
        if [self.others.itemData(at) for at in range(self.others.count())] == [key for key, _ in titles]:
            return
        self.others.clear()
        for key, title in titles:
            self.others.addItem(title, key)
        self.others.setCurrentIndex(self.others.findData(taken) if taken is not None else -1)

    def set_view(self, view: PlotView) -> None:
        """Show ``view``; only what changed is drawn again."""
        self.plot.set_view(view)
        self.legend.set_lines(view.lines)
        self._place_legend()

    def _other_taken(self, index: int) -> None:
        key = self.others.itemData(index)
        if isinstance(key, str):
            self.chosen.emit(key)

    def _place_legend(self) -> None:
        """In the head where there is room for it, else under the plot."""
        left = self.tools.geometry().right() + 24
        needed = self.legend.needed()
        if left + needed <= self.width() - PAD_X:
            place = QRect(self.width() - PAD_X - needed, self.tools.geometry().center().y() - ROW // 2 + 1, needed, ROW)
            foot = PAD_Y
        else:
            height = self.legend.rows_at(self.width() - 2 * PAD_X) * ROW
            place = QRect(PAD_X, self.height() - PAD_Y - height + 4, self.width() - 2 * PAD_X, height)
            foot = PAD_Y + height
        if self.legend.geometry() != place:
            self.legend.setGeometry(place)
        if self.body.contentsMargins().bottom() != foot:
            self.body.setContentsMargins(PAD_X, self.head_height() + 10, PAD_X, foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_legend()


class _Others(QComboBox):
    opening = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(MORE)
        self.setAccessibleName("Compare by another metric")
        self.setToolTip("Any other metric")
        self.setMaxVisibleItems(_ROWS)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.view().setMinimumWidth(_POPUP)

    def sizeHint(self) -> QSize:
        return QSize(_CHOOSER, 28)

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()
