from __future__ import annotations

import math
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.core_cells import CoreCells
from sysmon.viewmodels.plot import CellView


def cells(count: int, share: float = 0.5) -> tuple[CellView, ...]:
    return tuple(CellView(str(at), share, f"{share:.0%}") for at in range(count))


@pytest.fixture
def field(theme: Theme, window: QWidget) -> CoreCells:
    return CoreCells(theme, window)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 8, 12, 16, 17, 32, 48, 64, 65, 96, 128, 192, 255, 256])
@pytest.mark.parametrize("width", [300, 690, 3000])
def test_every_core_has_a_cell_of_its_own(field: CoreCells, count: int, width: int) -> None:
    field.set_cells(cells(count))
    field.resize(width, field.sizeHint().height())
    rects = [field.cell_rect(at) for at in range(count)]
    inside = QRect(0, 0, width, field.height())
    assert all(inside.contains(rect) for rect in rects)
    assert all(rect.width() >= 2 and rect.height() >= 8 for rect in rects)
    assert not any(one.intersects(other) for one, other in pairwise(rects))
    assert field.height() <= 60
    middles = {rect.center().x() for rect in rects}
    assert len(middles) == field.columns()
    field.grab()


def test_the_cell_under_the_pointer(field: CoreCells) -> None:
    field.set_cells(cells(32))
    field.resize(690, field.sizeHint().height())
    found = field.cell_at(field.cell_rect(17).center())
    assert found is not None
    assert found.label == "17"
    assert field.cell_at(field.rect().bottomRight() * 2) is None


def test_busier_is_stronger_and_unknown_is_empty(field: CoreCells, theme: Theme) -> None:
    field.set_cells((*cells(1, 0.0), *cells(1, 1.0), CellView("2", math.nan, "–")))
    field.resize(120, 22)
    image = field.grab().toImage()
    idle, busy, unknown = (image.pixelColor(field.cell_rect(at).center()) for at in range(3))
    assert busy == theme.colour("cpu")
    assert idle not in (busy, theme.colour("card"))
    assert unknown == theme.colour("card")


def test_the_busiest_is_spoken(field: CoreCells) -> None:
    field.set_cells((*cells(3, 0.1), CellView("9", 0.97, "97 %")))
    assert field.accessibleDescription() == "4 cores, busiest 9 with 97 %"
    field.set_cells((CellView("0", math.nan, "–"),))
    assert field.accessibleDescription() == "unknown"


def test_no_cores(field: CoreCells) -> None:
    field.set_cells(())
    field.grab()
    assert field.cell_at(field.rect().center()) is None
