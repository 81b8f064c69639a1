from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.machine_menu import MachineMenu, MachineOffer


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (MachineOffer("vega"), ["Open", "Compare"]),
        (MachineOffer("vega", compared=True, tags=True), ["Open", "Do not compare", "Tags…"]),
        (MachineOffer("vega", last=True, retry=True), ["Show last data", "Retry now", "Compare"]),
    ],
)
def test_only_what_can_be_done_is_offered_and_every_word_does_it(
    window: QWidget, offer: MachineOffer, words: list[str]
) -> None:
    made = MachineMenu(window)
    told: list[tuple[str, str]] = []
    made.opened.connect(lambda host: told.append(("open", host)))
    made.retry_asked.connect(lambda host: told.append(("retry", host)))
    made.compare_asked.connect(lambda host: told.append(("compare", host)))
    made.tags_asked.connect(lambda host: told.append(("tags", host)))
    actions = made.menu(offer).actions()
    assert [action.text() for action in actions] == words
    for action in actions:
        action.trigger()
    assert len(told) == len(words)
    assert {host for _, host in told} == {"vega"}
    assert (("retry", "vega") in told) is offer.retry
    assert (("tags", "vega") in told) is offer.tags


def test_it_knows_while_it_is_open(window: QWidget, qtbot: QtBot) -> None:
    window.show()
    made = MachineMenu(window)
    assert not made.is_open
    made.popup(MachineOffer("vega"), QPoint(10, 10))
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    assert made.is_open
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    qtbot.waitUntil(lambda: not made.is_open)
