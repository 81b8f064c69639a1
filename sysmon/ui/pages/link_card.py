"""The card that says everything about one link, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.badge import Badge
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.marks import LinkButton
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.link_details import LinkDetails
from sysmon.viewmodels.link_words import capital

_TWO_COLUMNS = 460
"""From this width on the counters stand beside the facts."""


class LinkCard(Card):
    """Shows `LinkDetails`. Emits what the user wants; does nothing itself."""

    retry_asked = Signal(str)
    """The link to try at once."""
    pair_asked = Signal(str)
    """The address of a machine to pair with again."""
    forget_asked = Signal(str)
    """The peer to forget."""
    close_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Link", parent, figure=False)
        self._shown: LinkDetails | None = None
        self.badge = Badge(theme, self)
        self.set_tool(self.badge, right=True)
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = Facts(theme, self, compact=True)
        self.counters = Facts(theme, self, compact=True)
        content = QWidget(self)
        self._columns = QHBoxLayout(content)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(2 * GAP)
        for facts in (self.facts, self.counters):
            facts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._columns.addWidget(facts, 1, Qt.AlignmentFlag.AlignTop)
        self.retry = self._button("Retry now", lambda shown: self.retry_asked.emit(shown.link))
        self.pair = self._button("Pair again", lambda shown: self.pair_asked.emit(shown.address))
        self.forget = self._button("Revoke…", lambda shown: self.forget_asked.emit(shown.peer))
        self.forget.setProperty("role", "danger")
        self.leave = LinkButton(theme, "Close", self)
        self.leave.clicked.connect(self.close_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.retry, self.pair, self.forget):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        self.body.addWidget(self.sentence)
        self.body.addWidget(Scroll(content, self, ground=QPalette.ColorRole.Base), 1)
        self.body.addSpacing(4)
        self.body.addLayout(buttons)
        self.setMinimumHeight(220)

    def _button(self, text: str, act: Callable[[LinkDetails], None]) -> QPushButton:
        def pressed() -> None:
            if self._shown is not None:
                act(self._shown)

        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(pressed)
        return button

    def show_details(self, shown: LinkDetails) -> None:
        """Show ``shown``; only what changed is drawn again."""
        self._shown = shown
        self.set_head(shown.name, context=shown.words.sentence)
        self.badge.set_state(capital(shown.words.standing.value), shown.words.token)
        self.place_tool()
        self.sentence.setText(shown.sentence)
        self.sentence.setVisible(bool(shown.sentence))
        self.facts.set_facts(shown.facts)
        self.counters.set_facts(shown.counters)
        self.retry.setVisible(shown.can_retry)
        self.pair.setVisible(shown.can_pair)
        self.retry.setAccessibleName(f"Try the link to {shown.name} now")
        self.forget.setAccessibleName(f"Revoke {shown.name}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _TWO_COLUMNS
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
