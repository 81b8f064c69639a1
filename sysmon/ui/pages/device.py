"""What the pages of devices have in common: a large plot with its choices, facts, small plots below.

Shows a `DeviceView` and asks nobody for data. A page adds what its device has besides into `below`.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.widgets.big_plot import BigPlot
from sysmon.ui.widgets.card import GAP, Card, PlotCard
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.legend import Legend
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels.device import Choice, DeviceView
from sysmon.viewmodels.plot import CardView, TimeScope
from sysmon.viewmodels.readings import sentence

MARGIN = 20
_FACTS_WIDTH = 290
_STACKED = 640
"""Below this width of the page the facts stand under the plot."""
_PLOT_HEIGHT = 316
_SMALL_HEIGHT = 176
_SMALL_WIDTH = 236
_MOST_SEGMENTS = 5
"""More choices than this are a list: a row of buttons would not fit beside the figure."""


class Chooser(QWidget):
    """One of several choices: buttons in a row where there are few, else a list."""

    chosen = Signal(str)

    def __init__(self, context: PageContext, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._name = name
        self._choices: tuple[Choice, ...] = ()
        self._control: Segmented | QComboBox | None = None
        self._row = QVBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def set_choices(self, choices: tuple[Choice, ...], chosen: str) -> bool:
        """Offer ``choices`` with ``chosen`` taken; True where the controls were made anew."""
        anew = choices != self._choices
        if anew:
            self._choices = choices
            self._make()
        if isinstance(self._control, QComboBox):
            self._control.setCurrentIndex(next((at for at, c in enumerate(self._choices) if c.key == chosen), -1))
        elif self._control is not None:
            self._control.choose(chosen)
        return anew

    def _make(self) -> None:
        if self._control is not None:
            self._row.removeWidget(self._control)
            self._control.deleteLater()
            self._control = None
        if not self._choices:
            return
        if len(self._choices) <= _MOST_SEGMENTS:
            pairs = tuple((choice.key, choice.text) for choice in self._choices)
            buttons = Segmented(self._context.theme, self._name, pairs, self)
            buttons.chosen.connect(self.chosen)
            self._control = buttons
        else:
            box = QComboBox(self)
            box.setAccessibleName(self._name)
            box.setMinimumWidth(120)
            for choice in self._choices:
                box.addItem(choice.text, choice.key)
            box.activated.connect(self._activated)
            self._control = box
        self._row.addWidget(self._control)
        self._control.show()  # a layout counts only what is shown

    def _activated(self, index: int) -> None:
        self.chosen.emit(self._choices[index].key)


class BigCard(Card):
    """The card of the large plot. ``stack`` may hold other pictures of the same size beside the plot."""

    def __init__(self, context: PageContext, title: str, parent: QWidget) -> None:
        super().__init__(context.theme, title, parent)
        self.stack = QStackedWidget(self)
        self.plot = BigPlot(context.theme, context.cursor, self.stack)
        self.plot.setAccessibleName(title)
        self.note = EmptyNote(context.theme, self.stack)
        self.stack.addWidget(self.plot)
        self.stack.addWidget(self.note)
        self.legend = Legend(context.theme, self)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.legend)
        self.chooser = Chooser(context, f"{title}: what the plot shows", self)
        self.set_tool(self.chooser)
        self.setMinimumHeight(_PLOT_HEIGHT)

    def set_device(self, view: DeviceView, title: str) -> None:
        """Show the card of ``view`` under ``title``."""
        card = view.card
        self.set_head(title, card.figure, card.context, card.reason)
        if self.chooser.set_choices(view.choices, view.chosen):
            self.set_tool(self.chooser)
        plot = card.plot
        missing = plot is None or plot.missing is not None
        if missing:
            reason = card.reason if plot is None else plot.missing
            self.note.set_note(f"No {title} figures" if title != "GPU" else "No GPU", sentence(reason or ""))
        elif self.stack.currentWidget() is self.note:
            self.stack.setCurrentWidget(self.plot)
        if missing:
            self.stack.setCurrentWidget(self.note)
        self.plot.set_view(plot)
        self.legend.set_lines(plot.lines if plot is not None else ())


class SmallPlots(QWidget):
    """Plots in as many columns as fit, each the same size. ``tall`` ones take what height is left."""

    def __init__(self, context: PageContext, parent: QWidget, *, tall: bool = False) -> None:
        super().__init__(parent)
        self._tall = tall
        self._context = context
        self._cards: list[PlotCard] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        vertical = QSizePolicy.Policy.Expanding if tall else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)

    def set_views(self, views: tuple[CardView, ...]) -> None:
        """Show ``views`` in their order."""
        while len(self._cards) < len(views):
            title = views[len(self._cards)].title
            card = PlotCard(self._context.theme, self._context.cursor, title, self)
            card.setMinimumHeight(_SMALL_HEIGHT)
            if not self._tall:
                card.setMaximumHeight(_SMALL_HEIGHT)
            self._cards.append(card)
            self._columns = 0
        for at, card in enumerate(self._cards):
            card.setVisible(at < len(views))
        for card, view in zip(self._cards, views, strict=False):
            card.set_view(view)
            if card.legend is not None:
                card.legend.setVisible(view.plot is not None and len(view.plot.lines) > 1)
        self._arrange()

    def cards(self) -> list[PlotCard]:
        """The plots, in their order."""
        return self._cards

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        shown = [card for card in self._cards if not card.isHidden()]
        columns = max(1, min(len(shown), (self.width() + GAP) // (_SMALL_WIDTH + GAP)))
        if columns == self._columns:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for at, card in enumerate(shown):
            self._grid.addWidget(card, *divmod(at, columns))
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)


class DevicePage(Page):
    """A scrolling page with `big`, `facts` and `small` in place. Subclasses fill `below`."""

    tall_plots: ClassVar[bool] = False
    """The small plots take what height is left: for pages that have nothing below them."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._scope: TimeScope | None = None
        self.choice = ""
        """The view of the large plot that the user took."""
        content = QWidget(self)
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self._grid.setSpacing(GAP)
        self.big = BigCard(context, self.title, content)
        self.big.chooser.chosen.connect(self._choose)
        self.side = Card(context.theme, "", content, figure=False, context=False)
        self.side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.facts = Facts(context.theme, self.side)
        self.side.body.addWidget(self.facts)
        self.side.body.addStretch(1)
        self.small = SmallPlots(context, content, tall=self.tall_plots)
        self.below = QVBoxLayout()
        self.below.setSpacing(GAP)
        self.below.addWidget(self.small, 1 if self.tall_plots else 0)
        self._stacked: bool | None = None
        self._arrange()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Scroll(content, self))

    def show_device(self, view: DeviceView, title: str | None = None) -> None:
        """Hand each part of ``view`` to its place."""
        self.big.set_device(view, title or self.title)
        self.facts.set_facts(view.facts)
        if self.side.isHidden() is bool(view.facts):
            self.side.setVisible(bool(view.facts))
            self._place()
        self.small.setVisible(bool(view.small))
        self.small.set_views(view.small)

    def refresh(self, scope: TimeScope) -> None:
        self._scope = scope
        self.draw(scope)

    def draw(self, scope: TimeScope) -> None:
        """Make the view of ``scope`` and show it; nothing before a machine is known."""
        raise NotImplementedError

    def _choose(self, key: str) -> None:
        """What the user just took is shown now, not with the next sample."""
        self.choice = key
        if self._scope is not None:
            self.draw(self._scope)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        stacked = self.width() < _STACKED
        if stacked is self._stacked:
            return
        self._stacked = stacked
        self._place()

    def _place(self) -> None:
        stacked = bool(self._stacked)
        self._grid.removeItem(self.below)
        # Without facts the plot has the whole width: an empty column would keep its gap.
        self._grid.addWidget(self.big, 0, 0, 1, 2 if stacked or self.side.isHidden() else 1)
        if stacked:
            self._grid.addWidget(self.side, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self.side, 0, 1)
        self._grid.addLayout(self.below, 2, 0, 1, 2)
        self.side.setMinimumWidth(0 if stacked else _FACTS_WIDTH)
        self.side.setMaximumWidth(16777215 if stacked else _FACTS_WIDTH)
        self._grid.setColumnStretch(0, 1)
        self._grid.setRowStretch(2, 1)
