from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.gpu import GpuPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost
from tests.viewmodels.test_gpu import nvidia


def test_load_facts_and_small_plots(show: Show[GpuPage]) -> None:
    host = FakeHost()
    host.run(20, nvidia())
    page = show(GpuPage, host)
    assert page.big.accessibleName() == "GPU 41\u202f%"
    assert "Temperature" in page.facts.accessibleName()
    assert len(page.small.cards()) == 3
    assert not page.grab().isNull()


def test_no_gpu_says_why(show: Show[GpuPage]) -> None:
    host = FakeHost(Missing("gpu", "no graphics driver is loaded"))
    host.tick({series(names.LOAD_1M): 1.0})
    page = show(GpuPage, host)
    assert "No graphics driver is loaded" in page.big.note.accessibleName()
    assert page.side.isHidden()
