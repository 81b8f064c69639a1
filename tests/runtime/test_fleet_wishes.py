"""What is asked of a peer follows what is wanted here."""

from __future__ import annotations

from sysmon.pipeline.demand import PROCESSES, Demand
from sysmon.protocol.messages import Wish
from sysmon.runtime.fleet_wishes import CALM, wishes


def test_every_host_is_wanted_each_interval_and_no_processes() -> None:
    assert wishes(Demand(), ["a", "b"], 1.0, calm=False, watched=True) == {"*": Wish("*", 1.0)}


def test_processes_only_of_the_machine_that_somebody_looks_at_and_only_as_long() -> None:
    demand = Demand()
    claim = demand.want("a", PROCESSES, 2.0)
    wanted = wishes(demand, ["a", "b"], 1.0, calm=False, watched=True)
    assert wanted["a"] == Wish("a", 1.0, processes=2.0)
    assert "b" not in wanted
    claim.release()
    assert "a" not in wishes(demand, ["a", "b"], 1.0, calm=False, watched=True)


def test_a_fifth_as_often_while_nobody_looks() -> None:
    assert wishes(Demand(), [], 1.0, calm=True, watched=True)["*"].interval == CALM
    assert wishes(Demand(), [], 10.0, calm=True, watched=True)["*"].interval == 10.0


def test_nothing_of_a_peer_that_is_not_watched() -> None:
    demand = Demand()
    demand.want("a", PROCESSES, 2.0)
    assert wishes(demand, ["a"], 1.0, calm=False, watched=False) == {}
