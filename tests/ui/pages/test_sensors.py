from __future__ import annotations

from PySide6.QtCore import QCoreApplication

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


def test_chips_with_few_sensors_stand_in_pairs_where_there_is_room(show: Show[SensorsPage]) -> None:
    host = FakeHost()
    few = {series(names.TEMPERATURE, f"nvme/{at}/temp1", f"SSD{at} Composite"): level(40.0) for at in range(2)}
    many = {series(names.TEMPERATURE, f"board/x/temp{at}", f"Board {at}"): level(30.0) for at in range(4)}
    host.run(5, {**few, **many})
    page = show(SensorsPage, host)
    page.resize(1200, 800)
    page.refresh(host.scope())
    page.grab()
    rows = [chip.geometry().top() for chip in page.chips[:3]]
    widths = [chip.width() for chip in page.chips[:3]]
    halves = [width < 650 for width in widths]
    assert halves.count(True) == 2
    assert len(set(rows)) == 2
    page.resize(700, 800)
    QCoreApplication.sendPostedEvents()
    assert len({chip.geometry().top() for chip in page.chips[:3]}) == 3
