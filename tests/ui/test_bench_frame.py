from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from sysmon.ui.bench_frame import Metronome


def test_every_beat_is_noted_and_none_is_early(qapp: QObject, qtbot: QtBot) -> None:
    parent = QObject()
    metronome = Metronome(parent)
    metronome.start()
    qtbot.waitUntil(lambda: len(metronome.late) >= 5)
    assert all(late >= 0.0 for late in metronome.late)
