from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cell_grid import CellGrid
from sysmon.viewmodels.plot import CellView


def cells(count: int) -> tuple[CellView, ...]:
    trace = (0.1, math.nan, 0.5, 0.3)
    return tuple(CellView(str(at), 0.5, "50 %", trace) for at in range(count))


@pytest.fixture
def grid(theme: Theme, window: QWidget) -> CellGrid:
    return CellGrid(theme, "Cores", window)


@pytest.mark.parametrize("count", [1, 2, 7, 32, 256])
@pytest.mark.parametrize("width", [100, 480, 1116])
def test_cells_fill_the_width_and_the_height_they_ask_for(grid: CellGrid, count: int, width: int) -> None:
    grid.set_cells(cells(count))
    grid.resize(width, grid.heightForWidth(width))
    rects = [grid.cell_rect(at) for at in range(count)]
    assert all(QRect(0, 0, width, grid.height()).contains(rect) for rect in rects)
    assert max(rect.bottom() for rect in rects) == grid.height() - 1
    assert max(rect.right() for rect in rects) == width - 1
    grid.grab()


def test_a_cell_is_at_least_as_wide_as_asked(grid: CellGrid) -> None:
    grid.set_cells(cells(256))
    grid.resize(1116, 400)
    assert min(grid.cell_rect(at).width() for at in range(256)) >= 120


def test_everything_is_spoken(grid: CellGrid) -> None:
    grid.set_cells(cells(2))
    assert grid.accessibleName() == "Cores"
    assert grid.accessibleDescription() == "0 50 %, 1 50 %"


def test_no_cells(grid: CellGrid) -> None:
    grid.set_cells(())
    assert grid.heightForWidth(300) == 0
    grid.grab()
