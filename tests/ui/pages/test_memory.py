from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.memory import MemoryPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost
from tests.viewmodels.test_memory import machine


def test_composition_then_swap(show: Show[MemoryPage]) -> None:
    host = FakeHost()
    host.run(20, machine())
    page = show(MemoryPage, host)
    assert page.big.accessibleName() == "Memory 38.9\u202fGiB"
    page.big.chooser.chosen.emit("swap")
    assert page.big.accessibleName() == "Memory 205\u202fMiB"
    assert len(page.small.cards()) == 3
    assert not page.grab().isNull()


def test_why_there_is_nothing(show: Show[MemoryPage]) -> None:
    host = FakeHost(Missing("memory", "/proc/meminfo cannot be read"))
    host.tick({series(names.LOAD_1M): 1.0})
    assert "/proc/meminfo cannot be read" in show(MemoryPage, host).big.note.accessibleName()
