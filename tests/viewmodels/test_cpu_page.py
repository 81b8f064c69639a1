from __future__ import annotations

import math

import pytest

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.cpu_page import CpuModel, CpuView
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady


def shown(host: FakeHost, choice: str = "mode") -> CpuView:
    return CpuModel(host.query, HOST, Units()).view(host.scope(), 300, choice)


def machine(**rates: float) -> dict[Series, object]:
    made = {series(names.CPU_TIME, mode): steady(rate) for mode, rate in rates.items()}
    for core in range(4):
        made[series(names.CORE_TIME, str(core), "busy")] = steady(0.2 * core)
    return made


def test_lines_by_mode_are_stacked_and_named_by_their_own_share() -> None:
    host = FakeHost()
    host.run(10, machine(user=1.0, nice=0.0, system=0.28, idle=2.64, iowait=0.08, interrupt=0.0))
    plot = shown(host).device.card.plot
    assert plot is not None
    assert plot.stacked
    assert [(line.name, plain(line.text)) for line in plot.lines] == [
        ("User", "25 %"), ("System", "7 %"), ("I/O wait", "2 %"), ("Idle", "66 %"),
    ]  # fmt: skip
    assert [line.values[-1] for line in plot.lines[:3]] == pytest.approx([0.25, 0.32, 0.34])


def test_modes_that_are_rarely_used_appear_when_they_are() -> None:
    host = FakeHost()
    host.run(10, machine(user=1.0, nice=0.4, system=0.2, idle=2.0, iowait=0.0, steal=0.4))
    plot = shown(host).device.card.plot
    assert plot is not None
    assert [line.name for line in plot.lines] == ["User", "Nice", "System", "I/O wait", "Steal", "Idle"]


def test_per_core_marks_the_busiest() -> None:
    host = FakeHost()
    host.run(10, machine(user=1.0, idle=3.0))
    view = shown(host, "core")
    assert view.device.card.plot is not None
    assert [line.faint for line in view.device.card.plot.lines] == [True, True, True, False]
    assert plain(view.busiest) == "busiest: 3 (60 %)"


def test_too_many_cores_for_lines_say_so() -> None:
    host = FakeHost()
    host.run(3, {series(names.CORE_TIME, str(core), "busy"): steady(0.5) for core in range(100)})
    plot = shown(host, "core").device.card.plot
    assert plot is not None
    assert "heat map" in (plot.missing or "")
    heat = shown(host, "heat").heat
    assert heat is not None
    assert len(heat.rows) == 100


def test_heat_rows_are_shares_at_even_steps() -> None:
    host = FakeHost()
    host.run(61, machine(user=1.0, idle=3.0))
    heat = shown(host, "heat").heat
    assert heat is not None
    assert {len(row) for row in heat.rows} == {61}
    assert heat.rows[2][-1] == pytest.approx(0.4)
    assert "3 60 %" in plain(heat.spoken)


def test_facts_with_notes() -> None:
    host = FakeHost()
    host.run(
        5,
        {
            series(names.CPU_FREQUENCY, "0"): level(5.12e9),
            series(names.CPU_FREQUENCY_LIMIT): level(5.7e9),
            series(names.TEMPERATURE, "k10temp/0/temp1", "k10temp Tctl"): level(61.0),
            series(names.TEMPERATURE_LIMIT, "k10temp/0/temp1", "k10temp Tctl", "high.critical"): level(95.0),
            series(names.ENERGY, "intel-rapl:0", "package-0", "cpu"): steady(88.0),
            series(names.ENERGY, "intel-rapl:0:0", "package-0/core", "cpu"): steady(60.0),
            series(names.LOAD_1M): level(4.21),
            series(names.LOAD_5M): level(3.8),
            series(names.LOAD_15M): level(3.1),
            series(names.CONTEXT_SWITCHES): steady(41_200.0),
            series(names.INTERRUPTS): steady(18_900.0),
            series(names.THREADS): level(1930),
            series(names.PROCESS_COUNT, "running"): level(5),
        },
    )
    facts = {fact.label: (plain(fact.value), plain(fact.note)) for fact in shown(host).device.facts}
    assert facts["Frequency"] == ("5.12 GHz", "of 5.70")
    assert facts["Temperature"] == ("61 °C", "limit 95")
    assert facts["Power"] == ("88 W", "package")
    assert facts["Load"] == ("4.21", "3.80 · 3.10")
    assert facts["Switches"] == ("41.2 k/s", "")
    assert facts["Interrupts"] == ("18.9 k/s", "")
    assert facts["Threads"] == ("1,930", "5 running")


def test_what_a_machine_lacks_has_its_reason() -> None:
    host = FakeHost(Missing("power", "readable by root only"), Missing("sensors", "no sensor chip"))
    host.run(3, machine(user=1.0, idle=3.0))
    facts = {fact.label: fact for fact in shown(host).device.facts}
    assert facts["Power"].reason == "readable by root only"
    assert facts["Temperature"].reason == "no sensor chip"


def test_sensors_of_which_none_is_the_cpu() -> None:
    host = FakeHost()
    host.run(3, {**machine(user=1.0, idle=3.0), series(names.TEMPERATURE, "nvme/0/temp1", "SSD"): level(40.0)})
    fact = next(fact for fact in shown(host).device.facts if fact.label == "Temperature")
    assert "no sensor" in (fact.reason or "")


def test_cells_carry_traces() -> None:
    host = FakeHost()
    host.run(30, machine(user=1.0, idle=3.0))
    cells = shown(host).cells
    assert len(cells) == 4
    assert cells[3].trace[-1] == pytest.approx(0.6)
    assert math.isnan(cells[3].trace[0])


def test_nothing_yet() -> None:
    view = shown(FakeHost())
    assert view.cells == ()
    assert view.device.card.reason
