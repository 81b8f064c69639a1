"""Steps by link, bounded in time and number, without one link pushing out another's."""

from __future__ import annotations

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkStep
from sysmon.runtime import fleet_steps
from sysmon.runtime.fleet_steps import DAY, MOST, FleetSteps


def step(link: str, time: float) -> LinkStep:
    return LinkStep(link, link, link, True, time, LinkState.LIVE, LinkState.BACKOFF)


def test_steps_of_one_link_and_of_all_come_in_the_order_of_time() -> None:
    steps = FleetSteps()
    for link, time in (("a", 3.0), ("b", 1.0), ("a", 5.0)):
        steps.add(step(link, time))
    assert [one.time for one in steps.since("a", 0.0)] == [3.0, 5.0]
    assert [one.time for one in steps.since("", 0.0)] == [1.0, 3.0, 5.0]
    assert [one.time for one in steps.since("", 2.0)] == [3.0, 5.0]
    assert steps.since("c", 0.0) == ()


def test_a_link_that_flaps_forgets_only_its_own() -> None:
    steps = FleetSteps()
    steps.add(step("calm", 0.0))
    for time in range(MOST + 50):
        steps.add(step("flapping", float(time)))
    assert len(steps.since("flapping", 0.0)) == MOST
    assert len(steps.since("calm", 0.0)) == 1


def test_what_is_older_than_a_day_goes_but_for_the_state_that_the_day_began_with() -> None:
    steps = FleetSteps()
    for time in (0.0, 10.0, 20.0, DAY + 15.0):
        steps.add(step("a", time))
    assert [one.time for one in steps.since("a", 0.0)] == [10.0, 20.0, DAY + 15.0]


def test_links_are_bounded_and_the_quiet_ones_go_first() -> None:
    steps = FleetSteps()
    for number in range(fleet_steps.LINKS):
        steps.add(step(f"link {number}", 1.0))
    steps.add(step("link 0", 2.0))
    steps.add(step("new", 3.0))
    assert steps.since("link 0", 0.0)
    assert not steps.since("link 1", 0.0)


def test_a_link_that_is_forgotten_is_gone() -> None:
    steps = FleetSteps()
    steps.add(step("a", 1.0))
    steps.forget("a")
    steps.forget("a")
    assert steps.since("", 0.0) == ()
