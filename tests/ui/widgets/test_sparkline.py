from __future__ import annotations

import math
from itertools import pairwise

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.sparkline import Sparkline, TraceBrush, trace_view


def test_a_trace_has_even_steps_over_its_whole_width() -> None:
    view = trace_view((0.1, 0.2, 0.3), "cpu")
    assert list(view.lines[0].times) == [0.0, 1.0, 2.0]
    assert (view.scope.start, view.scope.end, view.top) == (0.0, 2.0, 1.0)


def test_nothing_one_value_and_breaks_can_be_drawn(theme: Theme) -> None:
    brush = TraceBrush(theme, QSize(60, 20), 2.0)
    for values in ((), (0.5,), (math.nan, math.nan), (0.1, math.nan, 0.9), (5.0, -5.0)):
        picture = brush.picture(values, "cpu")
        assert (picture.width(), picture.devicePixelRatio()) == (120, 2.0)


def test_new_values_another_hue_and_another_ground_are_seen(theme: Theme, window: QWidget) -> None:
    line = Sparkline(theme, window)
    line.resize(64, 24)
    pictures = [line.grab().toImage()]
    line.set_values([0.2, 0.8, 0.4])
    pictures.append(line.grab().toImage())
    line.set_values([0.2, 0.8, 0.4], hue="critical")
    pictures.append(line.grab().toImage())
    line.set_ground("selection")
    pictures.append(line.grab().toImage())
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(line.grab().toImage())
    assert all(one != other for one, other in pairwise(pictures))
