from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.peer import Sharing
from sysmon.ui.pages.share_card import ShareCard
from sysmon.ui.theme import Theme
from sysmon.viewmodels.connections import share_view
from sysmon.viewmodels.format import Units
from tests.viewmodels.links import NOW, report


def test_it_follows_what_is(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    card = ShareCard(theme, window)
    card.resize(500, 400)
    heard: list[str] = []
    card.share_asked.connect(lambda: heard.append("share"))
    card.show_view(share_view(Sharing(), (), {}, NOW, Units()))
    assert "Nobody can watch" in card.note.accessibleName()
    assert card.code.text() == "Share this machine…"
    qtbot.mouseClick(card.code, Qt.MouseButton.LeftButton)
    on = Sharing(True, ("192.0.2.10:4870",), 4870)
    card.show_view(share_view(on, (), {}, NOW, Units()))
    assert "Nobody is watching" in card.note.accessibleName()
    qtbot.mouseClick(card.code, Qt.MouseButton.LeftButton)
    assert heard == ["share", "share"]
    card.show_view(share_view(on, (report(watching=True),), {}, NOW, Units()))
    assert card.note.isHidden()
    assert "atlas" in card.table.accessibleDescription()
    assert card.accessibleName() == "This machine is shared"
    assert not card.grab().isNull()
