"""Blocking calls beside the loop, one after the other, with a limit on how long anybody waits for one.

A call that hangs in the kernel (a dead network mount, a process in a broken driver) keeps its thread:
that one is left behind and a new one serves the next caller, up to a bound. Knows nothing of what is called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from sysmon.pipeline.worker import Worker

T = TypeVar("T")

MOST_STUCK: Final = 4
"""Threads that may hang at a time; after that nothing more is tried until one comes back."""
MOST_WAITING: Final = 32
"""Calls that wait or run at a time."""


class LaneError(Exception):
    """The call was not done, or nobody waited to the end of it. ``str()`` is fit for the user."""


class Lane:
    """One worker thread, made when first needed. On one loop."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._worker: Worker | None = None
        self._waiting = 0
        self._stuck = 0
        self._closed = False

    @property
    def stuck(self) -> int:
        """Threads that hang."""
        return self._stuck

    async def run(self, function: Callable[[], T], limit: float) -> T:
        """The result of ``function``, waited for at most ``limit`` seconds. Raises LaneError, and what it raises.

        Cancelling stops the waiting, not the function.
        """
        if self._closed:
            raise LaneError("the program is ending")
        if self._stuck >= MOST_STUCK:
            raise LaneError("the system has not answered several questions of this kind yet")
        if self._waiting >= MOST_WAITING:
            raise LaneError("too much was asked at once")
        loop = asyncio.get_running_loop()
        worker = self._worker = self._worker or Worker(self._name)
        self._waiting += 1
        try:
            async with asyncio.timeout(limit):
                return await worker.call(function)
        except TimeoutError as error:
            self._leave_behind(worker, loop)
            raise LaneError(f"the system did not answer within {limit:g} s") from error
        finally:
            self._waiting -= 1

    def _leave_behind(self, worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
        if worker is not self._worker:
            return  # somebody who waited for the same one did it already
        self._worker = None
        self._stuck += 1

        def back() -> None:
            try:
                loop.call_soon_threadsafe(self._came_back)
            except RuntimeError:  # the loop has ended meanwhile: nobody counts any more
                return

        worker.submit(back)  # runs when what hangs has ended after all
        worker.close(0.0)

    def _came_back(self) -> None:
        self._stuck -= 1

    def close(self, limit: float = 0.5) -> bool:
        """Take no more calls and end the thread; True where none is left. Idempotent."""
        self._closed = True
        worker, self._worker = self._worker, None
        ended = worker is None or worker.close(limit)
        return ended and not self._stuck
