"""What stands beside the tabs of all machines: the order, the group, and the field that finds processes everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.filter_field import FilterField, Suggested
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels.fleet import UNTAGGED, Order

ORDERS: Final = ((Order.WORST.value, "Worst first"), (Order.NAME.value, "By name"), (Order.TAG.value, "By tag"))
ALL_TAGS: Final = "All tags"
_NO_TAG: Final = "Without a tag"
_FIELD: Final = (196, 240)


class FleetBar(QWidget):
    """Controls of the page of all machines."""

    order_chosen = Signal(str)
    tag_chosen = Signal(object)
    """A tag, "" for machines without one, or None for all."""

    def __init__(self, theme: Theme, suggest: Callable[[str], Sequence[Suggested]], parent: QWidget) -> None:
        super().__init__(parent)
        self.orders = Segmented(theme, "Order", ORDERS, self)
        self.orders.explain(
            Order.WORST.value, "Alerts, then offline, then reconnecting, then by the highest of CPU, memory and disk"
        )
        self.orders.explain(
            Order.TAG.value, "In groups by tag, the worst first in each; a machine with several is under its first"
        )
        self.tags = QComboBox(self)
        self.tags.setAccessibleName("Show machines with a tag")
        self.tags.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tags.hide()
        self.field = FilterField(theme, self, suggest)
        self.field.setPlaceholderText("Find a process everywhere")
        self.field.setAccessibleName("Find a process on all machines")
        self.field.setMinimumWidth(_FIELD[0])
        self.field.setMaximumWidth(_FIELD[1])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.orders)
        row.addWidget(self.tags)
        row.addWidget(self.field)
        self.orders.chosen.connect(self.order_chosen)
        self.tags.activated.connect(self._tag_taken)

    def set_tags(self, tags: Sequence[str], chosen: str | None) -> None:
        """Offer ``tags``; where there are none nothing is offered."""
        wanted: list[tuple[str, str | None]] = [(ALL_TAGS, None), *((tag, tag) for tag in tags), (_NO_TAG, UNTAGGED)]
        listed = [(self.tags.itemText(at), self.tags.itemData(at)) for at in range(self.tags.count())]
        if listed != wanted:
            self.tags.clear()
            for text, tag in wanted:
                self.tags.addItem(text, tag)
        at = next((at for at, (_, tag) in enumerate(wanted) if tag == chosen), 0)
        if self.tags.currentIndex() != at:
            self.tags.setCurrentIndex(at)
        self.tags.setVisible(bool(tags))
        self.orders.offer(Order.TAG.value, bool(tags))

    def _tag_taken(self, index: int) -> None:
        self.tag_chosen.emit(self.tags.itemData(index))
