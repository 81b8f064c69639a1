"""Turns of writing, and waiting by a clock that is given."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial

import pytest

from sysmon.transport.rounds import SLOT, Rounds
from tests.transport.times import SteppedTimes


class Scribe:
    def __init__(self, log: list[str], name: str, fails: bool = False) -> None:
        self.queued = False
        self.log = log
        self.name = name
        self.fails = fails

    def write(self, now: float) -> None:
        self.log.append(self.name)
        if self.fails:
            raise ValueError(self.name)


async def turn() -> None:
    """Let the loop go round once."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_soon(done.set)
    await done.wait()


async def test_each_writes_once_in_a_turn() -> None:
    written: list[str] = []
    rounds = Rounds()
    one, two = Scribe(written, "one"), Scribe(written, "two")
    for scribe in (one, two, one, one):
        rounds.ready(scribe)
    assert written == []
    await turn()
    assert written == ["one", "two"]
    rounds.ready(one)
    await turn()
    assert written == ["one", "two", "one"]


async def test_others_may_read_between_many_writers() -> None:
    written: list[str] = []
    rounds = Rounds()
    for number in range(1000):
        rounds.ready(Scribe(written, str(number)))
    await turn()
    assert 0 < len(written) < 1000
    for _ in range(10):
        await turn()
    assert written == [str(number) for number in range(1000)]


async def test_the_fault_of_one_is_no_other_s(caplog: pytest.LogCaptureFixture) -> None:
    written: list[str] = []
    rounds = Rounds()
    rounds.ready(Scribe(written, "bad", fails=True))
    rounds.ready(Scribe(written, "good"))
    with caplog.at_level(logging.ERROR):
        await turn()
    assert written == ["bad", "good"]
    assert len(caplog.records) == 1


async def test_what_can_wait_comes_after_those_who_write_and_in_the_order_in_which_it_came() -> None:
    done: list[str] = []
    rounds = Rounds()
    live = Scribe(done, "live")

    def piece(name: str) -> None:
        done.append(name)

    rounds.later(lambda: piece("first"))
    rounds.later(lambda: piece("second"))
    rounds.ready(live)
    await turn()
    assert done == ["live", "first", "second"]


async def test_a_piece_of_what_can_wait_that_took_long_is_the_last_of_its_turn() -> None:
    done: list[str] = []
    times = SteppedTimes()
    rounds = Rounds(times)
    live = Scribe(done, "live")

    def piece(name: str, seconds: float) -> None:
        done.append(name)
        times.step(seconds)
        rounds.ready(live)

    for name, seconds in (("short", 0.001), ("long", 0.1), ("next", 0.1), ("last", 0.1)):
        rounds.later(lambda name=name, seconds=seconds: piece(name, seconds))
    for _ in range(5):
        await turn()
    assert done == ["short", "long", "live", "next", "live", "last", "live"]


async def test_the_fault_of_one_piece_is_no_other_s(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    rounds = Rounds()
    rounds.later(lambda: Scribe(done, "bad", fails=True).write(0.0))
    rounds.later(lambda: done.append("good"))
    with caplog.at_level(logging.ERROR):
        await turn()
    assert done == ["bad", "good"]
    assert len(caplog.records) == 1


async def test_waiting_goes_by_the_clock_that_was_given() -> None:
    times = SteppedTimes()
    rounds = Rounds(times)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(rounds.until(rounds.now() + 60.0))
        await turn()
        times.step(59.9)
        await turn()
        assert not waiting.done()
        times.step(0.1)
    assert times.timers == 0


async def test_waiting_may_end_sooner() -> None:
    times = SteppedTimes()
    rounds = Rounds(times)
    sooner = asyncio.Event()
    sooner.set()
    await rounds.until(math.inf, sooner)
    await rounds.until(rounds.now() + 1e9, sooner)
    assert times.timers == 0


async def test_timers_of_about_the_same_time_share_one_of_the_loop_and_are_early_at_most_by_a_slot() -> None:
    times = SteppedTimes()
    rounds = Rounds(times)
    called: dict[float, float] = {}
    wanted = [times.now() + 1.0 + number / 100 for number in range(200)]

    def note(when: float) -> None:
        called[when] = times.now()

    for when in wanted:
        rounds.near(when, partial(note, when))
    assert times.timers <= 2.0 / SLOT + 1
    for _ in range(400):
        times.step(0.01)
    assert sorted(called) == wanted
    assert all(when - SLOT < at <= when + 0.011 for when, at in called.items())
    assert times.timers == 0


async def test_timers_that_are_all_cancelled_leave_none_behind() -> None:
    times = SteppedTimes()
    rounds = Rounds(times)
    called: list[str] = []
    base = math.ceil(times.now()) + 10.0
    one, two = (rounds.near(base + SLOT / 4, partial(called.append, name)) for name in ("one", "two"))
    assert times.timers == 1
    one.cancel()
    one.cancel()
    assert times.timers == 1
    two.cancel()
    assert times.timers == 0
    three = rounds.near(base + SLOT / 4, partial(called.append, "three"))
    one.cancel()
    assert times.timers == 1, "one that was cancelled takes no later one with it"
    times.step(20.0)
    assert called == ["three"]
    three.cancel()
    assert times.timers == 0


async def test_one_may_cancel_another_that_is_due_with_it_and_a_fault_stays_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    times = SteppedTimes()
    rounds = Rounds(times)
    called: list[str] = []
    when = math.ceil(times.now()) + 10.0

    def bad() -> None:
        raise ValueError("bad")

    rounds.near(when, bad)
    rounds.near(when, lambda: victim.cancel())
    victim = rounds.near(when, partial(called.append, "victim"))
    rounds.near(when, partial(called.append, "good"))
    with caplog.at_level(logging.ERROR):
        times.step(20.0)
    assert called == ["good"]
    assert len(caplog.records) == 1
    assert times.timers == 0
