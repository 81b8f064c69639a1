from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.link import Retry
from sysmon.protocol.backoff import HEALTHY_AFTER, LONGEST_HINT, WAITS, Backoff

classes = st.sampled_from(list(WAITS))


@given(st.lists(classes, min_size=1, max_size=50), st.integers())
def test_every_wait_lies_between_first_and_cap_of_its_class(failures: list[Retry], seed: int) -> None:
    backoff = Backoff(random.Random(seed).uniform)
    for number, retry in enumerate(failures):
        wait = backoff.failed(retry, float(number))
        first, cap = WAITS[retry]
        assert wait is not None
        assert first <= wait <= cap
    assert backoff.tries == len(failures)


def test_waits_grow_by_at_most_three_times_the_one_before() -> None:
    backoff = Backoff(lambda _, most: most)
    waits = [backoff.failed(Retry.NETWORK, float(n)) for n in range(6)]
    assert waits == [1.5, 4.5, 13.5, 15.0, 15.0, 15.0]


def test_what_needs_the_user_is_not_tried_again() -> None:
    assert Backoff(random.uniform).failed(Retry.NEVER, 0.0) is None


def test_what_the_peer_asks_is_waited_out_before_the_jitter() -> None:
    backoff = Backoff(lambda least, _: least)
    assert backoff.failed(Retry.BUSY, 0.0, hint=10.0) == 12.0
    assert backoff.failed(Retry.BUSY, 0.0, hint=math.nan) == 2.0
    assert backoff.failed(Retry.BUSY, 0.0, hint=-5.0) == 2.0
    assert backoff.failed(Retry.BUSY, 0.0, hint=math.inf) == LONGEST_HINT + 2.0


@pytest.mark.parametrize(("seconds", "mended"), [(HEALTHY_AFTER - 1, False), (HEALTHY_AFTER, True)])
def test_only_half_a_minute_of_data_mends(seconds: float, mended: bool) -> None:
    backoff = Backoff(lambda _, most: most)
    for number in range(5):
        backoff.failed(Retry.NETWORK, float(number))
    backoff.data(100.0)
    assert backoff.failed(Retry.NETWORK, 100.0 + seconds) == (1.5 if mended else 15.0)


def test_a_peer_that_accepts_and_hangs_up_is_not_hammered() -> None:
    backoff = Backoff(lambda _, most: most)
    now, waits = 0.0, list[float]()
    for _ in range(10):
        backoff.data(now)
        wait = backoff.failed(Retry.NETWORK, now + 0.1)
        assert wait is not None
        waits.append(wait)
        now += 0.1 + wait
    assert waits[-1] == 15.0


def test_data_that_goes_on_resets_at_once() -> None:
    backoff = Backoff(lambda _, most: most)
    backoff.failed(Retry.TLS, 0.0)
    backoff.data(10.0)
    backoff.data(10.0 + HEALTHY_AFTER)
    assert backoff.tries == 0


@pytest.mark.parametrize("seed", range(5))
def test_five_hundred_machines_do_not_come_back_together(seed: int) -> None:
    dice = random.Random(seed)
    seconds = [0] * 60
    for _ in range(500):
        backoff, now = Backoff(dice.uniform), 0.0
        backoff.crowd = 500
        while now < 40.0:
            wait = backoff.failed(Retry.NETWORK, now)
            assert wait is not None
            now += wait
            seconds[int(now)] += 1
    assert max(seconds[:40]) <= 100, "a fifth of them in one second"


def test_two_machines_find_each_other_at_once() -> None:
    backoff = Backoff(lambda _, most: most)
    backoff.crowd = 1
    assert backoff.failed(Retry.NETWORK, 0.0) == 1.5
