"""What started and ended: asked for only while somebody looks, with its source."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.model.host import LOCAL
from sysmon.model.life import Life
from sysmon.pipeline.process_lives import Forker
from sysmon.ui.process_recent import RecentLives
from sysmon.ui.theme import Theme
from tests.ui.door import MadeDoor


class Telling(MadeDoor):
    def lives(self, host: str, count: int) -> list[Life]:
        return [Life(7, "cc", 5, "make", 10.0, 10.5, 1)]

    def forkers(self, host: str, since: float, count: int) -> list[Forker]:
        return [Forker(5, "make", 200)]


def test_lives_forkers_and_where_they_come_from(theme: Theme, window: QWidget) -> None:
    shown = RecentLives(theme, Telling(), window)
    shown.refresh(20.0)
    assert shown.source.text() == "Told by the test."
    assert shown.lives.rows.text(0, 0) == "cc"
    assert shown.forkers.rows.text(0, 1) == "200"


def test_births_are_wanted_only_while_it_is_seen(theme: Theme, window: QWidget) -> None:
    door = MadeDoor()
    shown = RecentLives(theme, door, window)
    for seen in (True, True, False, False):
        shown.set_seen(seen)
    assert door.births == [(LOCAL, True), (LOCAL, False)]


def test_another_machine_is_asked_while_it_is_seen(theme: Theme, window: QWidget) -> None:
    door = MadeDoor()
    shown = RecentLives(theme, door, window)
    shown.show_host("vega")
    assert door.births == []
    shown.set_seen(True)
    shown.show_host("mira")
    assert door.births == [("vega", True), ("vega", False), ("mira", True)]


@pytest.mark.parametrize("why", ["this machine only"])
def test_of_another_machine_it_says_why_not(theme: Theme, window: QWidget, why: str) -> None:
    shown = RecentLives(theme, MadeDoor(why), window)
    shown.show_host("vega")
    shown.refresh(20.0)
    assert shown.source.text() == f"Not known: {why}."
    assert shown.lives.rows.rowCount() == 0
