"""What a test may not leave behind: tasks, threads, descriptors. And an address that never answers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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


@contextmanager
def deaf() -> Iterator[str]:
    """Where a connection hangs: the place of those who wait to be accepted is taken. Linux."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"127.0.0.1:{server.getsockname()[1]}"
