"""Tasks are named, owned, and gone when their owner is closed."""

from __future__ import annotations

import asyncio
import logging

import pytest

from sysmon.pipeline.tasks import TaskOwner


def test_a_task_has_the_owners_name_and_is_forgotten_when_done() -> None:
    async def scene() -> None:
        owner = TaskOwner("engine")
        task = owner.start("one", asyncio.sleep(0))
        assert task.get_name() == "engine/one"
        assert len(owner) == 1
        await task
        await asyncio.sleep(0)
        assert len(owner) == 0

    asyncio.run(scene())


def test_close_cancels_and_waits_and_may_be_called_twice() -> None:
    async def scene() -> None:
        owner = TaskOwner("engine")
        ended: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append("cleaned up")

        owner.start("work", work())
        await asyncio.sleep(0)
        assert await owner.close() == []
        assert ended == ["cleaned up"]
        assert await owner.close() == []
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scene())


def test_a_crash_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[tuple[str, str]] = []

    async def scene() -> None:
        owner = TaskOwner("engine", lambda name, error: told.append((name, str(error))))

        async def crash() -> None:
            raise ValueError("no good")

        task = owner.start("crash", crash())
        await asyncio.wait([task])
        await asyncio.sleep(0)

    asyncio.run(scene())
    assert told == [("engine/crash", "no good")]
    assert "engine/crash" in caplog.text


def test_nothing_starts_after_close() -> None:
    async def scene() -> None:
        owner = TaskOwner("engine")
        await owner.close()
        with pytest.raises(RuntimeError, match="closed"):
            owner.start("late", asyncio.sleep(0))

    asyncio.run(scene())


def test_a_task_that_does_not_end_is_named_in_bounded_time(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> list[str]:
        owner = TaskOwner("engine")
        release = asyncio.Event()

        async def stubborn() -> None:
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

        task = owner.start("stubborn", stubborn())
        await asyncio.sleep(0)
        stuck = await owner.close(limit=0.05)
        release.set()
        await task
        return stuck

    with caplog.at_level(logging.ERROR):
        assert asyncio.run(scene()) == ["engine/stubborn"]
    assert "stubborn" in caplog.text
