from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.link import LinkState, Reason
from sysmon.ui.pages.link_card import LinkCard
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.link_details import details
from tests.viewmodels.links import NOW, MadeFleet, report


def test_it_shows_one_link_after_the_other(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    card = LinkCard(theme, window)
    card.resize(560, 420)
    refused = report("nova", LinkState.REFUSED, reason=Reason.REVOKED)
    fleet = MadeFleet((report(), refused))
    heard: list[str] = []
    card.forget_asked.connect(heard.append)
    card.retry_asked.connect(heard.append)
    qtbot.mouseClick(card.retry, Qt.MouseButton.LeftButton)
    assert heard == []
    for link in ("nova/out", "atlas/out"):
        found = details(fleet, link, Units(), NOW)
        assert found is not None
        card.show_details(found)
        if link == "nova/out":
            qtbot.mouseClick(card.retry, Qt.MouseButton.LeftButton)
            qtbot.mouseClick(card.forget, Qt.MouseButton.LeftButton)
            assert card.badge.accessibleName() == "Needs you"
            assert not card.pair.isHidden()
    assert heard == ["nova/out", "nova"]
    assert card.accessibleDescription() == "Live"
    assert card.sentence.isHidden()
    assert card.retry.isHidden()
    assert not card.grab().isNull()
    card.resize(300, 420)
    assert not card.grab().isNull()


def test_a_long_name_does_not_run_under_the_badge(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    card = LinkCard(theme, window)
    card.resize(420, 400)
    found = details(
        MadeFleet((report("a very long name of a machine " * 5),)),
        "a very long name of a machine " * 5 + "/out",
        Units(),
        NOW,
    )
    assert found is not None
    card.show_details(found)
    assert card.rect().contains(card.badge.geometry())
    assert not card._title_rect().intersects(card.badge.geometry())
    assert not card.grab().isNull()
