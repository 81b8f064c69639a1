"""The panel beside the table: one process with its past minutes, its facts, its parents, and what to do with it.

Shows a `PanelView`; what the user wants is told through signals. Knows no engine.
"""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sysmon.model.process import ProcessKey
from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.time_plot import TimePlot
from sysmon.viewmodels.process_detail import Kin, PanelView

WIDTHS: Final = (304, 332)
"""Logical pixels in a window of a usual size, and in a wide one."""
_HEIGHTS: Final = {"cpu": 60, "memory": 60, "disk": 60, "gpu": 60, "threads": 32}
"""Logical pixels of each plot, in the order of the panel."""
_LINE: Final = 20
_BELOW: Final = 6
"""Logical pixels between a caption and the next plot."""
_NOT_KEPT: Final = "Nothing of it is kept yet"
_MAY_LACK: Final = frozenset({"gpu", "threads"})
"""Plots that are left out where nothing is known."""


class ProcessPanel(Card):
    """Shows one process, or asks to choose one."""

    gone_to = Signal(object)
    """The `ProcessKey` of a parent or child that was clicked."""
    details_asked = Signal()
    priority_asked = Signal()
    end_asked = Signal()

    def __init__(self, theme: Theme, cursor: TimeCursor, parent: QWidget) -> None:
        super().__init__(theme, "", parent, figure=False, context=False)
        self.setFixedWidth(WIDTHS[1])
        self.setAccessibleName("Chosen process")
        self._view: PanelView | None = None
        self._kin: dict[str, ProcessKey] = {}
        self.empty = EmptyNote(theme, self)
        self.empty.set_note("No process chosen", "Choose a row to see its past minutes, its files and its limits.")
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.head = _Head(theme, inside)
        column.addWidget(self.head)
        self.plots: dict[str, TimePlot] = {}
        self.captions: dict[str, _Caption] = {}
        for key, height in _HEIGHTS.items():
            plot = self.plots[key] = TimePlot(theme, cursor, inside, words=False)
            plot.setFixedHeight(height)
            caption = self.captions[key] = _Caption(theme, inside)
            column.addWidget(plot)
            column.addWidget(caption)
        column.addSpacing(6)
        self.facts = Facts(theme, inside, compact=True)
        column.addWidget(self.facts)
        column.addSpacing(6)
        self.parents = self._chain("Parents", inside)
        self.children_list = self._chain("Children", inside)
        column.addWidget(self.parents)
        column.addWidget(self.children_list)
        column.addStretch(1)
        self.full = QWidget(self)
        outer = QVBoxLayout(self.full)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scroll(inside, self.full, ground=QPalette.ColorRole.Base), 1)
        outer.addLayout(self._buttons())
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.full)
        self.body.addWidget(self.stack)

    def _chain(self, name: str, parent: QWidget) -> QLabel:
        label = QLabel(parent)
        label.setAccessibleName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)  # fmt: skip
        label.setFont(fonts.font(self._theme.family, fonts.CAPTION))
        label.linkActivated.connect(self._go)
        return label

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(6)
        self.details = QPushButton("Details", self)
        self.details.clicked.connect(self.details_asked)
        self.priority = QPushButton("Priority", self)
        self.priority.clicked.connect(self.priority_asked)
        self.end = QPushButton("End process", self)
        self.end.setProperty("role", "danger")
        self.end.clicked.connect(self.end_asked)
        row.addWidget(self.details)
        row.addWidget(self.priority)
        row.addStretch(1)
        row.addWidget(self.end)
        return row

    def set_view(self, view: PanelView | None, refusal: str = "", unseen: str = "") -> None:
        """Show ``view``, None for no process.

        ``refusal``: why nothing can be done to it, ``unseen``: why nothing more can be told of it; empty where it can.
        """
        if view is self._view and view is not None:
            return
        self._view = view
        self.stack.setCurrentWidget(self.empty if view is None else self.full)
        if view is None:
            return
        self.head.set_texts(view.title, view.note, view.subtitle)
        shown = {plot.key: plot for plot in view.plots}
        for key, plot in self.plots.items():
            found = shown.get(key)
            plot.set_view(found.plot if found is not None else None)
            self.captions[key].set_text(found.caption if found is not None else _NOT_KEPT)
            for widget in (plot, self.captions[key]):
                widget.setVisible(found is not None or key not in _MAY_LACK)
        self.facts.set_facts(view.facts)
        self._kin = {str(kin.key.pid): kin.key for kin in (*view.parents, *view.children)}
        _set_links(self.parents, "Started by", view.parents, " › ")
        _set_links(self.children_list, "Started", view.children, ", ")
        for button, why in ((self.priority, refusal), (self.end, refusal), (self.details, unseen)):
            if why != button.toolTip():
                button.setEnabled(not why)
                button.setToolTip(why)

    def view(self) -> PanelView | None:
        """What is shown."""
        return self._view

    def _go(self, link: str) -> None:
        key = self._kin.get(link)
        if key is not None:
            self.gone_to.emit(key)


def _set_links(label: QLabel, title: str, kin: tuple[Kin, ...], joint: str) -> None:
    links = (f'<a style="text-decoration:none" href="{one.key.pid}">{escape(one.text)}</a>' for one in kin)
    text = f"{title} {joint.join(links)}" if kin else ""
    if text != label.text():
        label.setText(text)
        label.setVisible(bool(text))


class _Head(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts = ("", "", "")
        self.setFixedHeight(46)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_texts(self, title: str, note: str, subtitle: str) -> None:
        """Show the name, what stands beside it, and the line below."""
        if (title, note, subtitle) != self._texts:
            self._texts = (title, note, subtitle)
            self.setAccessibleName(f"{title} {note}")
            self.setToolTip(subtitle)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, (title, note, subtitle) = self._theme, self._texts
        quiet = theme.readable("secondary")
        line = QRect(0, 0, self.width(), 22)
        ink.draw(painter, theme, line, title, theme.colour("text"), pixels=fonts.BODY + 1, weight=ink.STRONG)
        used = ink.width(theme.family, title, fonts.BODY + 1, ink.STRONG) + 8
        ink.draw(painter, theme, line.adjusted(used, 0, 0, 0), note, quiet)
        ink.draw(painter, theme, line.translated(0, 20), subtitle, quiet, pixels=fonts.CAPTION)
        painter.end()


class _Caption(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setFixedHeight(_LINE + _BELOW)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_text(self, text: str) -> None:
        """Show ``text``."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._theme.readable("secondary")
        ink.draw(painter, self._theme, self.rect().adjusted(0, 0, 0, -_BELOW), self._text, colour, pixels=fonts.CAPTION)
        painter.end()
