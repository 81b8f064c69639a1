"""Calls beside the loop: results, limits, what hangs, and an end that leaves nothing."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sysmon.runtime.lane import MOST_STUCK, MOST_WAITING, Lane, LaneError


async def test_results_and_errors_come_through() -> None:
    lane = Lane("test-lane")
    assert await lane.run(lambda: 7, 5.0) == 7
    with pytest.raises(ZeroDivisionError):
        await lane.run(lambda: 1 // 0, 5.0)
    assert lane.close()
    assert lane.close()


async def test_one_that_hangs_is_left_behind_and_the_next_is_served() -> None:
    lane, release = Lane("test-lane"), threading.Event()
    with pytest.raises(LaneError, match=r"did not answer within 0\.05 s"):
        await lane.run(lambda: release.wait(30), 0.05)
    assert lane.stuck == 1
    assert await lane.run(lambda: "served", 5.0) == "served"
    assert not lane.close()
    release.set()
    async with asyncio.timeout(10.0):
        while lane.stuck:  # noqa: ASYNC110 - the thread comes back when the system likes
            await asyncio.sleep(0.01)
    assert lane.close()


async def test_two_that_wait_for_the_same_leave_one_thread_behind() -> None:
    lane, release = Lane("test-lane"), threading.Event()
    asked = [lane.run(lambda: release.wait(30), 0.05), lane.run(lambda: True, 0.05)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, LaneError) for answer in answers)
    assert lane.stuck == 1
    release.set()


async def test_threads_that_hang_are_bounded() -> None:
    lane, release = Lane("test-lane"), threading.Event()
    for _ in range(MOST_STUCK):
        with pytest.raises(LaneError, match="did not answer"):
            await lane.run(lambda: release.wait(30), 0.01)
    with pytest.raises(LaneError, match="several questions"):
        await lane.run(lambda: True, 5.0)
    release.set()


async def test_callers_that_wait_are_bounded() -> None:
    lane, release = Lane("test-lane"), threading.Event()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(lane.run(lambda: release.wait(30), 30.0)) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(LaneError, match="too much"):
            await lane.run(lambda: True, 5.0)
        release.set()
    assert all(task.result() for task in tasks)
    assert lane.close()


async def test_after_the_end_nothing_is_taken() -> None:
    lane = Lane("test-lane")
    assert lane.close()
    with pytest.raises(LaneError, match="ending"):
        await lane.run(lambda: True, 1.0)
