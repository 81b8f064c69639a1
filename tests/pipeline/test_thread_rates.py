"""Shares of threads from two readings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process_details import ThreadFacts
from sysmon.pipeline.thread_rates import ThreadRates


def thread(tid: int, cpu_time: float, started: float = 50.0) -> ThreadFacts:
    return ThreadFacts(tid, "worker", "running", cpu_time, started)


def test_shares_of_a_core() -> None:
    rates = ThreadRates()
    assert all(math.isnan(share) for share in rates.step([thread(1, 1.0), thread(2, 5.0)], 100.0).values())
    assert rates.step([thread(1, 2.0), thread(2, 5.0)], 102.0) == {1: 0.5, 2: 0.0}


def test_a_new_thread_counts_with_all_it_used_and_one_that_was_not_seen_is_unknown() -> None:
    rates = ThreadRates()
    rates.step([thread(1, 1.0)], 100.0)
    shares = rates.step([thread(1, 1.0), thread(2, 0.5, started=100.5), thread(3, 9.0, started=20.0)], 101.0)
    assert (shares[1], shares[2]) == (0.0, 0.5)
    assert math.isnan(shares[3])


def test_a_thread_id_that_is_used_again_is_another_thread() -> None:
    rates = ThreadRates()
    rates.step([thread(1, 1.0)], 100.0)
    assert rates.step([thread(1, 3.0, started=100.5)], 102.0) == {1: 1.5}


@pytest.mark.parametrize("later", [100.0, 99.0, math.nan])
def test_time_that_does_not_go_on(later: float) -> None:
    rates = ThreadRates()
    rates.step([thread(1, 1.0)], 100.0)
    assert math.isnan(rates.step([thread(1, 2.0)], later)[1])


def test_a_counter_that_went_back_is_unknown() -> None:
    rates = ThreadRates()
    rates.step([thread(1, 5.0)], 100.0)
    assert math.isnan(rates.step([thread(1, 1.0)], 101.0)[1])


def test_threads_without_a_start_time_are_told_by_their_id() -> None:
    rates = ThreadRates()
    rates.step([thread(1, 1.0, math.nan)], 100.0)
    shares = rates.step([thread(1, 2.0, math.nan), thread(2, 2.0, math.nan)], 101.0)
    assert shares[1] == 1.0
    assert math.isnan(shares[2])


@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats()), max_size=8))
def test_a_share_is_never_negative_or_infinite(readings: list[tuple[float, float, float]]) -> None:
    rates = ThreadRates()
    for time, cpu_time, started in readings:
        for share in rates.step([thread(1, cpu_time, started)], time).values():
            assert math.isnan(share) or 0.0 <= share < math.inf
