"""Groups: sums of what is known, members in order, keys that stay."""

from __future__ import annotations

import math

from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_groups import ProcessGroups
from sysmon.viewmodels.processes import Phase, ProcessEntry, ProcessOrder
from tests.viewmodels.fake_processes import row


def entry(pid: int, cpu: float, phase: Phase = Phase.LIVING, user: str = "me") -> ProcessEntry:
    return ProcessEntry(row(pid, f"p{pid % 2}", memory=10.0, user=user), ProcessRate(cpu, math.nan, 1.0), phase)


def name_of(entry: ProcessEntry) -> str:
    return entry.row.name


def test_sums_leave_out_what_is_unknown_and_what_ended() -> None:
    groups = ProcessGroups()
    members = [entry(2, 0.5), entry(4, math.nan), entry(6, 9.0, Phase.ENDED)]
    head = groups.rows(members, name_of, ProcessOrder(), ())[0].entry
    assert head.rate.cpu == 0.5
    assert math.isnan(head.rate.read)
    assert head.rate.write == 2.0
    assert head.row.memory == 20.0
    assert head.row.user == "me"
    assert groups.members(head.key) == members


def test_keys_stay_and_order_holds_inside_and_out() -> None:
    groups = ProcessGroups()
    first = groups.rows([entry(1, 0.1), entry(2, 0.2)], name_of, ProcessOrder(), ())
    keys = {found.entry.row.name: found.entry.key for found in first}
    again = groups.rows([entry(1, 0.9), entry(3, 1.0), entry(2, 0.2)], name_of, ProcessOrder(), {keys["p1"]})
    assert [found.entry.key.pid for found in again if found.depth] == [3, 1]
    assert again[0].entry.key == keys["p1"]
    assert again[-1].entry.key == keys["p0"]


def test_a_group_of_ended_ones_has_ended_and_mixed_users_are_none() -> None:
    groups = ProcessGroups()
    head = groups.rows([entry(2, 0.1, Phase.ENDED), entry(4, 0.1, Phase.ENDED, "root")], name_of, ProcessOrder(), ())[0].entry  # fmt: skip
    assert head.phase is Phase.ENDED
    assert head.row.user == ""
