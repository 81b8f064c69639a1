from __future__ import annotations

import pytest

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.ui.pages.cpu import CpuPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost, steady


def machine(cores: int = 4) -> FakeHost:
    host = FakeHost()
    made: dict[Series, object] = {
        series(names.CPU_TIME, "user"): steady(1.0),
        series(names.CPU_TIME, "idle"): steady(cores - 1.0),
    }
    for core in range(cores):
        made[series(names.CORE_TIME, str(core), "busy")] = steady(1.0 / cores)
    host.run(30, made)
    return host


def test_shows_modes_facts_and_cores(show: Show[CpuPage]) -> None:
    page = show(CpuPage, machine())
    assert page.big.accessibleName() == "CPU 25\u202f%"
    assert page.big.stack.currentWidget() is page.big.plot
    assert "User" in page.big.legend.accessibleName()
    assert page.cells.accessibleDescription().count(",") == 3
    assert not page.grab().isNull()


@pytest.mark.parametrize("choice", ["core", "heat", "mode"])
def test_every_view_of_the_large_plot(show: Show[CpuPage], choice: str) -> None:
    page = show(CpuPage, machine())
    page.big.chooser.chosen.emit(choice)
    assert page.big.stack.currentWidget() is (page.heat if choice == "heat" else page.big.plot)
    page.big.chooser.chosen.emit("mode")
    assert page.big.stack.currentWidget() is page.big.plot


@pytest.mark.parametrize("cores", [1, 64, 256])
def test_any_number_of_cores(show: Show[CpuPage], cores: int) -> None:
    page = show(CpuPage, machine(cores))
    page.big.chooser.chosen.emit("heat")
    assert page.cells.heightForWidth(1000) > 0
    assert not page.grab().isNull()


def test_a_machine_without_figures_says_why(show: Show[CpuPage]) -> None:
    host = FakeHost(Missing("cpu", "/proc is not mounted"))
    host.tick({series(names.LOAD_1M): 1.0})
    page = show(CpuPage, host)
    assert "/proc is not mounted" in page.big.note.accessibleName()
    assert not page.note.isHidden()
    assert page.cells.isHidden()
