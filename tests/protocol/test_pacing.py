from __future__ import annotations

from sysmon.protocol.pacing import LEVELS, QUICKER_AFTER, STUMBLES, WITHIN, Pacing


def test_a_link_that_stays_slow_is_served_more_and_more_rarely() -> None:
    pacing = Pacing()
    assert pacing.floor == LEVELS[0]
    assert [pacing.floor for number in range(20) if pacing.stumbled(float(number))] == list(LEVELS[1:])


def test_a_gap_now_and_then_is_not_slowness() -> None:
    pacing = Pacing()
    assert not any(pacing.stumbled(number * WITHIN) for number in range(20))
    assert pacing.floor == 0.0


def test_a_link_that_recovers_is_served_at_full_rate_again_step_by_step() -> None:
    pacing = Pacing()
    for number in range(2 * STUMBLES):
        pacing.stumbled(float(number))
    now = 2.0 * STUMBLES
    assert pacing.floor == LEVELS[2]
    assert not pacing.passed(now)
    assert pacing.passed(now + QUICKER_AFTER)
    assert pacing.floor == LEVELS[1]
    assert not pacing.passed(now + QUICKER_AFTER + 1)
    assert pacing.passed(now + 2 * QUICKER_AFTER)
    assert pacing.floor == 0.0
    assert not pacing.passed(now + 9 * QUICKER_AFTER)
