from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.frame_clock import GATHER_MS, FrameClock


@pytest.fixture
def frames(window: QWidget) -> tuple[FrameClock, list[int]]:
    clock, seen = FrameClock(window), list[int]()
    clock.frame.connect(lambda: seen.append(1))
    return clock, seen


def test_many_wakes_are_one_frame(frames: tuple[FrameClock, list[int]], window: QWidget, qtbot: QtBot) -> None:
    clock, seen = frames
    with qtbot.waitExposed(window):
        window.show()
    for _ in range(50):
        clock.wake()
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(3 * GATHER_MS)
    assert seen == [1]


def test_nothing_is_drawn_while_hidden_and_one_frame_is_owed(
    frames: tuple[FrameClock, list[int]], window: QWidget, qtbot: QtBot
) -> None:
    clock, seen = frames
    for _ in range(5):
        clock.wake()
        qtbot.wait(2 * GATHER_MS)
    assert seen == []
    window.show()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [1]


def test_minimised_is_hidden(frames: tuple[FrameClock, list[int]], window: QWidget, qtbot: QtBot) -> None:
    clock, seen = frames
    with qtbot.waitExposed(window):
        window.show()
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    clock.now()
    assert seen == []
    assert not clock.visible


def test_whether_it_is_seen_is_told_once(frames: tuple[FrameClock, list[int]], window: QWidget, qtbot: QtBot) -> None:
    clock, _ = frames
    told: list[bool] = []
    clock.seen_changed.connect(told.append)
    window.show()
    qtbot.waitUntil(lambda: told == [True])
    window.hide()
    qtbot.waitUntil(lambda: told == [True, False])


def test_what_the_user_did_is_drawn_at_once(
    frames: tuple[FrameClock, list[int]], window: QWidget, qtbot: QtBot
) -> None:
    clock, seen = frames
    with qtbot.waitExposed(window):
        window.show()
    clock.wake()
    clock.now()
    assert seen == [1]
    qtbot.wait(3 * GATHER_MS)
    assert seen == [1]
