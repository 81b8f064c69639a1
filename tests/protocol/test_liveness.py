from __future__ import annotations

import math

import pytest

from sysmon.protocol.liveness import IDLE, STUCK_LIMIT, Liveness


@pytest.mark.parametrize(("interval", "stale", "cut"), [(0.25, 0.75, 5.0), (1.0, 3.0, 6.0), (5.0, 15.0, 30.0)])
def test_stale_after_three_intervals_cut_after_six_but_not_within_five_seconds(
    interval: float, stale: float, cut: float
) -> None:
    live = Liveness(100.0, pings=True)
    live.due = interval
    assert not live.is_stale(100.0 + stale - 0.01)
    assert live.is_stale(100.0 + stale)
    assert not live.is_dead(100.0 + cut - 0.01)
    assert live.is_dead(100.0 + cut)


def test_pings_keep_a_link_but_ticks_make_it_live() -> None:
    live = Liveness(0.0, pings=True)
    live.due = 1.0
    live.heard(5.0)
    assert live.is_stale(5.0)
    assert not live.is_dead(10.0)
    live.ticked(5.0)
    assert not live.is_stale(5.0)


def test_ticks_that_become_due_are_waited_for_first() -> None:
    live = Liveness(0.0, pings=True)
    live.heard(100.0)
    live.expect(1.0, 100.0)
    assert not live.is_stale(102.9)
    live.expect(1.0, 102.9)
    assert live.is_stale(103.0)


def test_without_ticks_any_word_counts() -> None:
    live = Liveness(0.0, pings=True)
    assert not live.is_stale(3 * IDLE - 1)
    live.heard(3 * IDLE - 1)
    assert not live.is_stale(3 * IDLE)
    assert live.is_dead(9 * IDLE)


def test_who_cannot_ping_and_owes_nothing_may_be_silent() -> None:
    live = Liveness(0.0, pings=False)
    assert not live.is_stale(1e9)
    assert not live.is_dead(1e9)
    assert not live.ping(1e9)
    assert live.deadline(stale=False) == math.inf


def test_eight_quick_pings_and_then_only_into_silence() -> None:
    live = Liveness(0.0, pings=True)
    pinged = [now / 10 for now in range(100) if live.ping(now / 10)]
    assert pinged == pytest.approx([float(n) for n in range(8)], abs=0.11)
    live.said(100.0)
    assert not live.ping(100.0 + IDLE - 0.1)
    assert live.ping(100.0 + IDLE)
    live.served = 1.0
    live.said(200.0)
    assert not live.ping(201.4)
    assert live.ping(201.5)


def test_a_link_that_takes_nothing_is_stuck() -> None:
    live = Liveness(0.0, pings=True)
    assert not live.is_stuck(0.0, waiting=True)
    assert live.deadline(stale=True) <= STUCK_LIMIT
    assert not live.is_stuck(STUCK_LIMIT - 0.1, waiting=True)
    assert live.is_stuck(STUCK_LIMIT, waiting=True)
    live.took()
    assert not live.is_stuck(STUCK_LIMIT, waiting=True)
    assert not live.is_stuck(9 * STUCK_LIMIT, waiting=False)


def test_the_deadline_never_lies_in_the_past_once_it_was_met() -> None:
    live = Liveness(0.0, pings=True)
    live.due = 1.0
    now = 0.0
    for _ in range(50):
        now = live.deadline(stale=live.is_stale(now)) if live.deadline(stale=live.is_stale(now)) > now else now
        live.ping(now)
        live.heard(now)
        live.ticked(now)
        assert live.deadline(stale=False) > now
