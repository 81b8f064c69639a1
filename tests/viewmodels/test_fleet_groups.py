from __future__ import annotations

from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_figures import Figures
from sysmon.viewmodels.fleet_groups import NO_TAG, Heading, grouped


def member(name: str, *tags: str, state: MachineState = MachineState.LIVE) -> Member:
    return Member(Machine(name, name, state=state), Figures(), tags)


FEW = (
    member("a", "web", "prod"),
    member("b", "Db", state=MachineState.OFFLINE),
    member("c", state=MachineState.RECONNECTING),
    member("d", "Web", state=MachineState.ALERT),
    member("e", "db"),
)


def written(rows: tuple[Member | Heading, ...]) -> list[str]:
    return [row.title if isinstance(row, Heading) else row.host for row in rows]


def test_groups_stand_by_name_and_machines_without_a_tag_come_last() -> None:
    assert written(grouped(FEW, ())) == ["Db", "b", "e", "web", "a", "d", NO_TAG, "c"]
    assert grouped(FEW, None) == FEW


def test_a_heading_tells_how_many_and_the_worst_state() -> None:
    heads = [row for row in grouped(FEW, ()) if isinstance(row, Heading)]
    assert [(head.count, head.state, head.hue) for head in heads] == [
        ("2 machines", "Offline", "offline"),
        ("2 machines", "Alert", "warning"),
        ("1 machine", "Reconnecting", "warning"),
    ]
    assert heads[0].states == "1 live · 1 offline"
    assert heads[0].spoken == "Db, 2 machines: 1 live · 1 offline. Unfolded"


def test_a_folded_group_keeps_its_heading_only() -> None:
    rows = grouped(FEW, {"db", ""})
    assert written(rows) == ["Db", "web", "a", "d", NO_TAG]
    assert [row.folded for row in rows if isinstance(row, Heading)] == [True, False, True]


def test_a_heading_is_taken_for_no_machine_and_stays_what_it_is() -> None:
    first, again = grouped(FEW, ()), grouped(FEW, ())
    assert first == again
    assert len({row.host for row in first}) == len(first)
