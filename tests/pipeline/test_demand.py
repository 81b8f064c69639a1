"""Demand is counted: the last one to leave ends it."""

from __future__ import annotations

import threading

from sysmon.pipeline.demand import Demand


def test_the_shortest_interval_counts_until_released() -> None:
    demand = Demand()
    assert demand.interval("a", "cpu") is None
    slow = demand.want("a", "cpu", 5.0)
    fast = demand.want("a", "cpu", 1.0)
    assert demand.interval("a", "cpu") == 1.0
    assert demand.interval("b", "cpu") is None
    fast.release()
    fast.release()
    assert demand.interval("a", "cpu") == 5.0
    slow.release()
    assert demand.interval("a", "cpu") is None
    assert len(demand) == 0


def test_changes_are_told() -> None:
    demand = Demand()
    told: list[int] = []
    leave = demand.on_change(lambda: told.append(len(demand)))
    claim = demand.want("a", "cpu", 1.0)
    claim.release()
    claim.release()
    assert told == [1, 0]
    leave()
    leave()
    demand.want("a", "cpu", 1.0)
    assert told == [1, 0]


def test_claims_of_many_threads_leave_nothing() -> None:
    demand = Demand()

    def come_and_go() -> None:
        for _ in range(300):
            claim = demand.want("a", "processes", 1.0)
            assert demand.interval("a", "processes") == 1.0
            claim.release()

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(demand) == 0
