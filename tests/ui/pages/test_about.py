from __future__ import annotations

from sysmon import __version__
from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.about import AboutPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost, level, steady


def test_cost_sources_and_versions(show: Show[AboutPage]) -> None:
    host = FakeHost(Missing("gpu", "no driver is loaded"))
    host.run(
        5,
        {
            series(names.SELF_CPU_TIME): steady(0.01),
            series(names.COLLECT_SUCCESS, "gpu"): level(0.0),
            series(names.COLLECT_DURATION, "gpu"): level(0.001),
        },
    )
    page = show(AboutPage, host)
    assert "gpu off" in page.families.table.accessibleDescription()
    assert __version__ in page.versions.accessibleName()
    assert len(page.cost.cards()) == 3
    assert not page.grab().isNull()
