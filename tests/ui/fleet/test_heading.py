from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter

from sysmon.ui.fleet import heading
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.fleet_groups import Heading

OPEN = Heading("web", "web", "12 machines", "Offline", "offline", "11 live · 1 offline")


def picture(theme: Theme, head: Heading, *, focused: bool = False, width: int = 400) -> QImage:
    image = QImage(width, heading.HEIGHT, QImage.Format.Format_RGB32)
    image.fill(theme.colour("window"))
    painter = QPainter(image)
    heading.paint(painter, theme, QRect(0, 0, width, heading.HEIGHT), head, "window", focused=focused)
    painter.end()
    return image


def test_open_folded_focused_and_light_look_different(theme: Theme) -> None:
    pictures = [picture(theme, OPEN), picture(theme, replace(OPEN, folded=True)), picture(theme, OPEN, focused=True)]
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(picture(theme, OPEN))
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_a_long_name_leaves_room_for_the_state(theme: Theme) -> None:
    long = replace(OPEN, title="a tag that is as long as thirty-two letters are" * 3)
    assert picture(theme, long) != picture(theme, replace(long, state="Live", hue="ok"))


@pytest.mark.parametrize(
    ("key", "folded", "turned"),
    [
        (Qt.Key.Key_Return, False, True),
        (Qt.Key.Key_Enter, True, True),
        (Qt.Key.Key_Left, False, True),
        (Qt.Key.Key_Left, True, False),
        (Qt.Key.Key_Right, True, True),
        (Qt.Key.Key_Right, False, False),
        (Qt.Key.Key_Down, False, False),
    ],
)
def test_keys_that_fold(key: Qt.Key, folded: bool, turned: bool) -> None:
    head = replace(OPEN, folded=folded)
    assert heading.turns(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier), head) is turned
    assert not heading.turns(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.AltModifier), head)
