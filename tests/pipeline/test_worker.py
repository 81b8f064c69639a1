"""A worker runs jobs in order on its thread and never keeps anybody waiting at the end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sysmon.pipeline.worker import Worker


def test_results_and_errors_come_back_in_order() -> None:
    async def scene() -> None:
        worker = Worker("test-worker")
        try:
            assert await worker.call(lambda: threading.current_thread().name) == "test-worker"
            with pytest.raises(ZeroDivisionError):
                await worker.call(lambda: 1 // 0)
            assert await worker.call(lambda: None) is None
        finally:
            assert worker.close()

    asyncio.run(scene())


def test_close_is_bounded_while_a_job_hangs_and_the_thread_ends_later() -> None:
    worker = Worker("test-hung")
    release = threading.Event()
    worker.submit(lambda: (release.wait(), None)[1])
    assert not worker.close(0.05)
    release.set()
    assert worker.close(5.0)
    assert worker.close()


def test_a_cancelled_caller_leaves_the_thread_usable() -> None:
    async def scene() -> None:
        worker = Worker("test-cancel")
        release = threading.Event()
        waiting = asyncio.get_running_loop().create_task(worker.call(release.wait))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        release.set()
        assert await worker.call(lambda: 5) == 5
        assert worker.close()

    asyncio.run(scene())


def test_a_loop_that_closed_meanwhile_ends_the_thread() -> None:
    release = threading.Event()
    worker = Worker("test-orphan")

    async def scene() -> None:
        task = asyncio.get_running_loop().create_task(worker.call(release.wait))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(scene())
    release.set()
    assert worker.close(5.0)
