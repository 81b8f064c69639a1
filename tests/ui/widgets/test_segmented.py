from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.segmented import Segmented


@pytest.fixture
def choices(theme: Theme, window: QWidget, qtbot: QtBot) -> Segmented:
    made = Segmented(theme, "Time range", (("1m", "1 m"), ("5m", "5 m"), ("1h", "1 h")), window)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def buttons(choices: Segmented) -> list[QAbstractButton]:
    return choices.findChildren(QAbstractButton)


def test_only_the_user_is_told_about(choices: Segmented, qtbot: QtBot) -> None:
    told: list[str] = []
    choices.chosen.connect(told.append)
    choices.choose("5m")
    assert (choices.choice(), told) == ("5m", [])
    qtbot.mouseClick(buttons(choices)[2], Qt.MouseButton.LeftButton)
    assert (choices.choice(), told) == ("1h", ["1h"])


def test_a_key_that_is_not_offered_takes_none(choices: Segmented) -> None:
    choices.choose("1m")
    choices.choose("90s")
    assert choices.choice() is None
    choices.choose("1h")
    assert choices.choice() == "1h"


def test_arrows_move_between_choices(choices: Segmented, qtbot: QtBot, window: QWidget) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    choices.choose("1m")
    first = buttons(choices)[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert choices.choice() == "5m"


def test_every_choice_has_a_name_and_may_explain_itself(choices: Segmented) -> None:
    choices.explain("1h", "not recorded")
    names = [button.accessibleName() for button in buttons(choices)]
    assert names == ["Time range: 1 m", "Time range: 5 m", "Time range: 1 h"]
    assert buttons(choices)[2].toolTip() == "not recorded"
    with pytest.raises(KeyError):
        choices.explain("90s", "")


def test_the_choice_is_seen(choices: Segmented) -> None:
    choices.choose("1m")
    first = choices.grab().toImage()
    choices.choose("5m")
    assert choices.grab().toImage() != first


def test_a_choice_may_not_be_offered(choices: Segmented) -> None:
    choices.offer("1h", False)
    assert [button.isVisible() for button in buttons(choices)] == [True, True, False]
    choices.offer("1h", True)
    assert buttons(choices)[2].isVisible()
