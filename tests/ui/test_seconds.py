from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from sysmon.ui.seconds import Seconds


def test_it_ticks_while_it_is_wanted(qapp: object, qtbot: QtBot) -> None:
    owner = QObject()
    ticks: list[None] = []
    seconds = Seconds(owner, lambda: ticks.append(None))
    assert not seconds.running
    seconds.run(True)
    seconds.run(True)
    qtbot.waitUntil(lambda: len(ticks) == 1, timeout=3000)
    seconds.run(False)
    assert not seconds.running
    seconds.run(False)
