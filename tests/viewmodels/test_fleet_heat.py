from __future__ import annotations

import pytest

from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_figures import Figures
from sysmon.viewmodels.fleet_heat import CHOICES, LEVELS, FleetHeat
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import plain


def members(*shares: float) -> list[Member]:
    return [
        Member(Machine(f"m{at}", f"machine-{at}"), Figures(cpu=share, memory=0.5)) for at, share in enumerate(shares)
    ]


def test_cells_are_coloured_in_steps() -> None:
    view = FleetHeat(Units()).view(members(0.0, 0.5, 1.0, float("nan")), "cpu")
    assert [cell.level for cell in view.cells] == [0, LEVELS // 2, LEVELS, -1]
    assert [plain(cell.text) for cell in view.cells] == ["0 %", "50 %", "100 %", "–"]
    assert view.hue == "cpu"


def test_a_cell_that_looks_the_same_is_the_same_object() -> None:
    heat = FleetHeat(Units())
    before = heat.view(members(0.5, 0.2), "cpu").cells
    after = heat.view(members(0.501, 0.4), "cpu").cells
    assert after[0] is before[0]
    assert after[1] is not before[1]


def test_a_silent_machine_has_no_colour_but_a_state() -> None:
    off = Member(Machine("m", "m", state=MachineState.OFFLINE), Figures(cpu=0.7))
    (cell,) = FleetHeat(Units()).view([off], "cpu").cells
    assert (cell.level, cell.state) == (-1, "offline")


@pytest.mark.parametrize("key", [*CHOICES, "nonsense"])
def test_every_choice_and_a_wrong_one_give_cells(key: str) -> None:
    view = FleetHeat(Units()).view(members(0.5), key)
    assert len(view.cells) == 1
    assert view.spoken


def test_the_spoken_summary_names_who_stands_out_among_hundreds() -> None:
    view = FleetHeat(Units()).view([*members(*(at / 600 for at in range(500))), *members(float("nan"))], "cpu")
    assert plain(view.spoken) == (
        "CPU of 500 machines: highest machine-499 83 %, machine-498 83 %, machine-497 83 %; "
        "lowest machine-0 0 %; no figures of 1."
    )
    assert FleetHeat(Units()).view([], "cpu").spoken == "CPU: no figures of any machine."
