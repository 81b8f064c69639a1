"""Agents spread over hubs, change at once when one fails, and never hammer hubs that are all down."""

from __future__ import annotations

import math
import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sysmon.runtime.hub_choice import AVOIDED, LOOK_AGAIN, TRIAL, HubChoice

HUBS = ("a", "b", "c")


def made(*hubs: str, seed: int = 1) -> HubChoice:
    chance = random.Random(seed)
    choice = HubChoice(chance.uniform, chance.shuffle)
    choice.set_hubs(hubs, 0.0)
    return choice


def settled(*hubs: str, load: float = 0.5) -> HubChoice:
    choice = made(*hubs)
    for hub in sorted(choice.wanted):
        choice.greeted(hub, load, 0.1)
    assert choice.current is not None
    return choice


def test_two_are_tried_and_the_less_loaded_one_stays() -> None:
    choice = made(*HUBS)
    first, second = sorted(choice.wanted)
    choice.greeted(first, 0.9, 0.1)
    assert choice.current is None
    choice.greeted(second, 0.2, 0.2)
    assert choice.current == second
    assert choice.wanted == {second}


def test_one_that_does_not_greet_in_time_is_not_waited_for() -> None:
    choice = made(*HUBS)
    first, _ = sorted(choice.wanted)
    choice.greeted(first, 0.9, 0.1)
    choice.wake(TRIAL)
    assert choice.current == first


def test_a_hub_that_fails_is_left_at_once_for_others() -> None:
    choice = settled(*HUBS)
    failed = choice.current
    assert failed is not None
    choice.failed(failed, 100.0)
    assert choice.current is None
    assert len(choice.wanted) == 2
    assert failed not in choice.wanted


def test_hubs_that_are_all_down_are_all_wanted_and_each_waits_for_itself() -> None:
    choice = made("a", "b")
    choice.failed("a", 1.0)
    choice.failed("b", 1.0)
    assert choice.wanted == {"a", "b"}
    choice.failed("a", 2.0)
    assert choice.wanted == {"a", "b"}
    choice.greeted("b", 0.1, 3.0)
    choice.wake(1.0 + AVOIDED)
    assert choice.current == "b"


def test_another_hub_is_looked_at_now_and_then_and_taken_where_it_is_clearly_better() -> None:
    choice = settled("a", "b", load=0.6)
    current = choice.current
    other = "b" if current == "a" else "a"
    later = 0.1 + LOOK_AGAIN[1]
    choice.wake(later)
    assert choice.wanted == {"a", "b"}
    choice.greeted(other, 0.5, later)
    assert choice.current == current, "a little less is no reason to move"
    choice.wake(2 * later)
    choice.greeted(other, 0.3, 2 * later)
    assert choice.current == other
    assert choice.wanted == {other}


def test_a_hub_may_send_us_away_to_one_that_we_know() -> None:
    choice = settled(*HUBS)
    current = choice.current
    assert current is not None
    assert not choice.move(current, ["stranger"], 5.0)
    assert choice.current == current
    to = next(hub for hub in HUBS if hub != current)
    assert choice.move(current, ["stranger", to], 5.0)
    assert choice.wanted == {to}
    choice.greeted(to, 0.9, 5.1)
    assert choice.current == to


def test_one_hub_is_wanted_always() -> None:
    choice = settled("a")
    assert choice.deadline == math.inf
    choice.failed("a", 5.0)
    assert choice.wanted == {"a"}


def test_no_hub_is_no_wish() -> None:
    choice = settled("a", "b")
    choice.set_hubs([], 1.0)
    assert choice.wanted == set()
    assert choice.current is None


def test_a_thousand_agents_spread_evenly() -> None:
    counts = dict.fromkeys(("a", "b", "c", "d"), 0)
    for seed in range(1000):
        choice = made(*counts, seed=seed)
        for hub in sorted(choice.wanted):
            choice.greeted(hub, counts[hub] / 1000.0, 0.1)
        assert choice.current is not None
        counts[choice.current] += 1
    assert max(counts.values()) - min(counts.values()) <= 10


class AnyLife(RuleBasedStateMachine):
    """Whatever happens: only known hubs are wanted, and while there are any, at least one is."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.known: set[str] = set(HUBS)
        self.choice = made(*HUBS)

    @rule(hub=st.sampled_from(HUBS), load=st.none() | st.floats(allow_nan=True))
    def greet(self, hub: str, load: float | None) -> None:
        self.choice.greeted(hub, load, self.now)

    @rule(hub=st.sampled_from(HUBS))
    def fail(self, hub: str) -> None:
        self.choice.failed(hub, self.now)

    @rule(seconds=st.floats(0.0, 1000.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.choice.wake(self.now)

    @rule(hub=st.sampled_from(HUBS), to=st.lists(st.sampled_from((*HUBS, "stranger")), max_size=3))
    def move(self, hub: str, to: list[str]) -> None:
        self.choice.move(hub, to, self.now)

    @rule(hubs=st.sets(st.sampled_from(HUBS)))
    def know(self, hubs: set[str]) -> None:
        self.known = hubs
        self.choice.set_hubs(hubs, self.now)

    @invariant()
    def wants_something_known(self) -> None:
        assert self.choice.wanted <= self.known
        assert bool(self.choice.wanted) == bool(self.known)
        assert self.choice.current is None or self.choice.current in self.choice.wanted


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
