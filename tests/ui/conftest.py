"""What tests of the look share: a theme in force and views of plots."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import Gap, Line, PlotView, TimeScope

END = 1_700_000_000.0


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, Scheme.DARK)
    made.apply()
    yield made
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(600, 400)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def cursor(window: QWidget) -> TimeCursor:
    return TimeCursor(window)


def wave(count: int = 301, step: float = 1.0, end: float = END) -> tuple[array[float], array[float]]:
    """Times up to ``end`` and values between 20 and 80."""
    times = array("d", [end - (count - 1 - at) * step for at in range(count)])
    return times, array("d", [50 + 30 * math.sin(at / 20) for at in range(count)])


def plot_view(
    *lines: Line, end: float = END, span: float = 300.0, gaps: tuple[Gap, ...] = (), missing: str | None = None
) -> PlotView:
    """A view of ``lines``, or of one wave."""
    shown = lines or (Line("CPU", "cpu", *wave(end=end), "50 %"),)
    scope = TimeScope(end - span, end, live=True)
    return PlotView(scope, shown, 100.0, lambda value: f"{value:.0f} %", "CPU: 50 %", gaps, missing=missing)
