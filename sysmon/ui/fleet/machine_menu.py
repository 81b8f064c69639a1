"""What can be done about one machine: the same menu on its tile, its row and its cell. Knows no store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget


@dataclass(frozen=True, slots=True)
class MachineOffer:
    """A machine, and what can be done about it."""

    host: str
    last: bool = False
    """It is silent, and what came before can be shown."""
    retry: bool = False
    """It has a link that can be tried again."""
    compared: bool = False
    """The user picked it to be compared."""
    tags: bool = False
    """The user can give it tags."""


class MachineMenu(QObject):
    """Tells what was taken, with the id of the machine."""

    opened = Signal(str)
    retry_asked = Signal(str)
    compare_asked = Signal(str)
    tags_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._open = False

    @property
    def is_open(self) -> bool:
        """While it is, nothing may move."""
        return self._open

    def popup(self, offer: MachineOffer, place: QPoint) -> None:
        """Open the menu of ``offer`` at a point of the screen."""
        menu = self.menu(offer)
        self._open = True
        menu.aboutToHide.connect(self._closed)
        menu.popup(place)

    def _closed(self) -> None:
        self._open = False

    def menu(self, offer: MachineOffer) -> QMenu:
        """The menu of ``offer``; it is deleted when it is closed."""
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add(menu, "Show last data" if offer.last else "Open", self.opened.emit, offer.host)
        if offer.retry:
            self._add(menu, "Retry now", self.retry_asked.emit, offer.host)
        self._add(menu, "Do not compare" if offer.compared else "Compare", self.compare_asked.emit, offer.host)
        if offer.tags:
            self._add(menu, "Tags…", self.tags_asked.emit, offer.host)
        return menu

    def _add(self, menu: QMenu, text: str, tell: Callable[[str], object], host: str) -> None:
        menu.addAction(text).triggered.connect(lambda: tell(host))
