from __future__ import annotations

import re

import pytest

from sysmon.ui.widgets import axis_words
from sysmon.viewmodels.format import SPACE
from sysmon.viewmodels.plot import TimeScope


@pytest.mark.parametrize(
    ("span", "words"), [(60.0, "1 min"), (300.0, "5 min"), (187.5, "3 min 7 s"), (604800.0, "7 d")]
)
def test_live_ends_are_ago_and_now(span: float, words: str) -> None:
    left, right = axis_words.ends(TimeScope(1e9 - span, 1e9, live=True))
    assert (left.replace(SPACE, " "), right) == (f"{words} ago", "now")


def test_the_ends_of_a_time_that_stands_still_are_clock_times() -> None:
    left, right = axis_words.ends(TimeScope(0.0, 90.0, live=False))
    assert re.fullmatch(r"\d\d:\d\d:00", left)
    assert re.fullmatch(r"\d\d:\d\d:30", right)
