from __future__ import annotations

import math

import pytest

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_figures import Figures
from sysmon.viewmodels.fleet_table import COLUMN_OF, COLUMNS, TIPS, heat, sort
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import plain


def member(name: str, state: MachineState = MachineState.LIVE, **figures: float) -> Member:
    return Member(Machine(name, name, state=state), Figures(**figures))


FULL = member("vega", cpu=0.93, memory=0.44, disk=167e6, disk_busy=0.3, network=50.2e6, temperature=75.0, load=55.5, fullest=0.94, uptime=9000.0)  # fmt: skip


def test_every_key_figure_has_a_column() -> None:
    texts = {column.key: plain(column.write(FULL, Units())) for column in COLUMNS}
    assert texts == {
        "name": "vega", "role": "", "state": "live", "cpu": "93 %", "memory": "44 %", "disk_busy": "30 %",
        "disk": "167 MB/s", "network": "50.2 MB/s", "gpu": "–", "temperature": "75 °C", "fullest": "94 %",
        "load": "55.5", "trip": "–", "uptime": "2 h 30 min",
    }  # fmt: skip
    assert set(TIPS) <= set(COLUMN_OF)


def test_the_round_trip_is_that_of_a_live_link() -> None:
    link = LinkReport("l", "vega", "vega", True, LinkState.LIVE, 0.0, round_trip=0.0123)
    column = COLUMN_OF["trip"]
    live = Member(Machine("vega", "vega"), Figures(), link=link)
    off = Member(Machine("vega", "vega", state=MachineState.OFFLINE), Figures(), link=link)
    assert plain(column.write(live, Units())) == "12.3 ms"
    assert column.write(off, Units()) == "–"


@pytest.mark.parametrize("column", COLUMNS, ids=[column.key for column in COLUMNS])
@pytest.mark.parametrize("ascending", [True, False])
def test_every_column_sorts_and_what_is_unknown_comes_last(column: object, ascending: bool) -> None:
    key = next(c.key for c in COLUMNS if c is column)
    rows = [member("b", cpu=0.5, memory=0.5), member("a"), FULL, member("c", MachineState.OFFLINE)]
    found = sort(rows, key, ascending=ascending)
    assert {m.host for m in found} == {"a", "b", "c", "vega"}
    values = [COLUMN_OF[key].value(m) for m in found]
    numbers = [value for value in values if isinstance(value, float)]
    unknown = [math.isnan(value) for value in numbers]
    assert unknown == sorted(unknown)
    known = [value for value in numbers if not math.isnan(value)]
    assert known == sorted(known, reverse=not ascending)


def test_a_column_that_nobody_knows_sorts_by_name() -> None:
    assert [m.host for m in sort([FULL, member("a")], "nonsense", ascending=True)] == ["a", "vega"]


def test_heat_is_between_none_and_full() -> None:
    assert heat(FULL, COLUMN_OF["cpu"]) == 0.93
    assert heat(FULL, COLUMN_OF["load"]) == 0.0
    assert heat(FULL, COLUMN_OF["gpu"]) == 0.0
    assert heat(member("x", disk=1e12), COLUMN_OF["disk"]) == 1.0
    assert heat(member("x", temperature=-20.0), COLUMN_OF["temperature"]) == 0.0
    assert heat(FULL, COLUMN_OF["name"]) == 0.0
