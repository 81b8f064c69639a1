from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.sensors import SensorsPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost, level


def test_chips_and_batteries_come_and_go(show: Show[SensorsPage]) -> None:
    host = FakeHost()
    ssd = {series(names.TEMPERATURE, f"nvme/{at}/temp1", f"SSD{at} Composite"): level(40.0) for at in range(3)}
    host.run(5, {**ssd, series(names.BATTERY_CHARGE, "BAT0"): level(0.8)})
    page = show(SensorsPage, host)
    assert [chip.isHidden() for chip in page.chips] == [False] * 3
    assert page.power.isHidden()
    assert "Charge 80\u202f%" in page.batteries[0].facts.accessibleName()
    host.run(5, dict(list(ssd.items())[:1]))
    page.refresh(host.scope())
    assert [chip.isHidden() for chip in page.chips] == [False, True, True]
    assert page.batteries[0].isHidden()
    assert not page.grab().isNull()


def test_why_there_is_nothing(show: Show[SensorsPage]) -> None:
    host = FakeHost(Missing("sensors", "no sensor chip"), Missing("battery", "this machine has no battery"))
    host.tick({series(names.LOAD_1M): 1.0})
    page = show(SensorsPage, host)
    assert page.temperatures.isHidden()
    assert "No sensor chip" in page.note.accessibleName()
    assert "This machine has no battery" in page.power_note.accessibleName()
