"""Steady time: even within an epoch; sleep and clock steps begin a new one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.clock import SteadyClock, SystemClock


class HandClock:
    """A clock set by hand; sleeping moves boot time and wall time, but not monotonic time."""

    def __init__(self) -> None:
        self.mono, self.boot, self.real = 100.0, 500.0, 1_000_000.0

    def monotonic(self) -> float:
        return self.mono

    def boottime(self) -> float:
        return self.boot

    def wall(self) -> float:
        return self.real

    def run(self, seconds: float) -> None:
        self.mono += seconds
        self.boot += seconds
        self.real += seconds

    def sleep(self, seconds: float) -> None:
        self.boot += seconds
        self.real += seconds


def test_runs_with_the_clock() -> None:
    hand = HandClock()
    steady = SteadyClock(hand)
    hand.run(5.0)
    assert steady.now() == 1_000_005.0
    assert steady.interruption() is None


def test_sleep_is_told_and_begins_a_new_epoch() -> None:
    hand = HandClock()
    steady = SteadyClock(hand)
    epoch = steady.epoch
    hand.run(3.0)
    hand.sleep(60.0)
    found = steady.interruption()
    assert found is not None
    assert found.kind == "asleep"
    assert found.seconds == 60.0
    assert steady.epoch > epoch
    assert steady.now() == hand.wall()
    assert steady.interruption() is None


def test_step_back_begins_a_later_epoch_and_time_within_one_never_runs_back() -> None:
    hand = HandClock()
    steady = SteadyClock(hand)
    epoch, before = steady.epoch, steady.now()
    hand.real -= 3600.0
    hand.run(1.0)
    assert steady.now() == before + 1.0
    found = steady.interruption()
    assert found is not None
    assert found.kind == "clock stepped"
    assert round(found.seconds) == -3600
    assert steady.epoch > epoch
    assert steady.now() == hand.wall()


def test_slewing_is_no_step() -> None:
    hand = HandClock()
    steady = SteadyClock(hand)
    hand.run(10.0)
    hand.real += 0.5
    assert steady.interruption() is None


@given(st.lists(st.tuples(st.sampled_from(["run", "sleep", "step"]), st.floats(-1e6, 1e6)), max_size=30))
def test_epochs_only_grow_and_time_never_runs_back_within_one(moves: list[tuple[str, float]]) -> None:
    hand = HandClock()
    steady = SteadyClock(hand)
    epoch, last = steady.epoch, steady.now()
    for kind, amount in moves:
        if kind == "run":
            hand.run(abs(amount))
        elif kind == "sleep":
            hand.sleep(abs(amount))
        else:
            hand.real += amount
        if steady.interruption() is not None:
            assert steady.epoch > epoch
        else:
            assert steady.epoch == epoch
            assert steady.now() >= last
        epoch, last = steady.epoch, steady.now()


def test_the_system_clock_tells_all_three_times() -> None:
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()
    assert clock.boottime() >= 0.0
    assert clock.wall() > 1_600_000_000.0
