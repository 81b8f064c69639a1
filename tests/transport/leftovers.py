"""What a test may not leave behind: tasks, threads, descriptors."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.transport.test_rounds import turn


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Tasks, threads and descriptors are afterwards as before."""
    await turn()
    before = descriptors(), threading.active_count()
    yield
    for _ in range(5):
        await turn()
    gc.collect()
    assert {task for task in asyncio.all_tasks() if task is not asyncio.current_task()} == set()
    assert (descriptors(), threading.active_count()) == before
