"""What widgets draw are values: they compare, and cannot be changed after they were handed over."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from sysmon.viewmodels.plot import Line, PlotView, TimeScope

SCOPE = TimeScope(0.0, 300.0, live=True)


def test_equal_where_they_say_the_same() -> None:
    one, other = (PlotView(SCOPE, (Line("CPU", "cpu", (1.0,), (0.5,), "50 %"),), 1.0, str, "CPU") for _ in range(2))
    assert one == other
    assert one.marks == ()
    assert one.gaps == ()


def test_a_view_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        SCOPE.live = False  # type: ignore[misc]
