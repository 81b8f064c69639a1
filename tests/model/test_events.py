"""Marks are values: equal where they say the same."""

from __future__ import annotations

from sysmon.model.events import Mark, MarkKind


def test_a_mark_is_a_moment_unless_it_says_how_long() -> None:
    mark = Mark("h", 10.0, MarkKind.USER, "marked by you")
    assert mark.seconds == 0.0
    assert mark == Mark("h", 10.0, MarkKind.USER, "marked by you")


def test_every_kind_has_words_of_its_own() -> None:
    assert len({kind.value for kind in MarkKind}) == len(MarkKind)
