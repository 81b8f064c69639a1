from __future__ import annotations

import math

import pytest

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.cpu import Cpu
from tests.viewmodels.fake_host import FakeHost, level, plain, steady

MODES = {mode: series(names.CPU_TIME, mode) for mode in ("user", "system", "idle", "iowait")}


def modes(user: float, system: float, iowait: float, cores: float = 4.0) -> dict[Series, object]:
    idle = cores - user - system - iowait
    rates = {"user": user, "system": system, "iowait": iowait, "idle": idle}
    return {MODES[mode]: steady(rate) for mode, rate in rates.items()}


def test_share_is_of_all_modes_and_waiting_is_idle() -> None:
    host = FakeHost()
    host.run(10, modes(1.0, 0.4, 0.6))
    assert plain(Cpu(host.readings()).card().figure) == "35 %"


def test_a_core_that_is_plugged_out_does_not_change_the_share() -> None:
    host = FakeHost()
    busy = idle = 0.0
    for at in range(20):
        cores = 4.0 if at < 10 else 3.0
        busy, idle = busy + cores / 2, idle + cores / 2
        host.tick({MODES["user"]: busy, MODES["idle"]: idle})
    line = Cpu(host.readings()).card().plot
    assert line is not None
    assert {round(value, 9) for value in line.lines[0].values if value == value} == {0.5}


def test_context_names_only_what_is_known() -> None:
    host = FakeHost()
    host.run(5, {**modes(1, 0, 0), series(names.LOAD_1M): level(4.21)})
    assert plain(Cpu(host.readings()).card().context) == "load 4.2"
    host = FakeHost()
    everything = {
        **modes(1, 0, 0),
        series(names.CPU_FREQUENCY, "0"): level(5.0e9),
        series(names.CPU_FREQUENCY, "1"): level(5.2e9),
        series(names.TEMPERATURE, "nvme/0/temp1", "SSD Composite"): level(44.0),
        series(names.TEMPERATURE, "k10temp/0/temp1", "k10temp Tctl"): level(61.0),
        series(names.LOAD_1M): level(4.21),
        series(names.PRESSURE_AVG10, "cpu", "some"): level(0.006),
    }
    host.run(5, everything)
    assert plain(Cpu(host.readings()).card().context) == "5.1 GHz · 61 °C · load 4.2 · pressure 0.6 %"


@pytest.mark.parametrize(
    ("sensors", "chosen"),
    [
        (
            [("coretemp/0/temp2", "coretemp Core 0"), ("coretemp/0/temp1", "coretemp Package id 0")],
            "coretemp Package id 0",
        ),
        ([("nvme/0/temp1", "SSD")], None),
        ([("acpitz/t0", "acpitz"), ("k10temp/0/temp3", "k10temp Tccd1")], "k10temp Tccd1"),
        ([("cpu_thermal/thermal_zone0", "cpu_thermal")], "cpu_thermal"),
    ],
)
def test_the_sensor_of_the_package(sensors: list[tuple[str, str]], chosen: str | None) -> None:
    host = FakeHost()
    host.run(2, {series(names.TEMPERATURE, *sensor): level(50.0) for sensor in sensors})
    found = Cpu(host.readings()).temperature_sensor()
    assert (found.attribute("hw.name") if found else None) == chosen


@pytest.mark.parametrize("count", [1, 32, 256])
def test_cells_of_any_number_of_cores(count: int) -> None:
    host = FakeHost()
    host.run(3, {series(names.CORE_TIME, str(core), "busy"): steady(core / count) for core in range(count)})
    cells = Cpu(host.readings()).cells()
    assert [cell.label for cell in cells] == [str(core) for core in range(count)]
    assert cells[-1].share == pytest.approx((count - 1) / count)


def test_a_core_is_never_more_than_busy_and_unknown_stays_unknown() -> None:
    host = FakeHost()
    host.run(
        3, {series(names.CORE_TIME, "0", "busy"): steady(1.03), series(names.CORE_TIME, "1", "busy"): level(math.nan)}
    )
    cells = Cpu(host.readings()).cells()
    assert cells[0].share == 1.0
    assert cells[1].text == "–"
    assert math.isnan(cells[1].share)


def test_a_machine_that_tells_nothing_gives_the_reason() -> None:
    host = FakeHost(Missing("cpu", "/proc is not mounted"))
    host.tick({series(names.LOAD_1M): 1.0})
    card = Cpu(host.readings()).card()
    assert (card.figure, card.reason) == ("–", "/proc is not mounted")
    assert card.plot is not None
    assert card.plot.missing == "/proc is not mounted"


def test_the_first_sample_has_no_rate_yet() -> None:
    host = FakeHost()
    host.run(1, modes(1, 0, 0))
    assert Cpu(host.readings()).card().figure == "–"
