"""One thread that runs jobs in order, and that nobody has to wait for.

The standard executor joins its threads when the interpreter ends, so a read that hangs in the
kernel would hang the whole program at exit. These threads are daemons: `close` waits a bounded
time and then leaves them behind. Knows nothing of what the jobs do.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """A named daemon thread with a queue of jobs."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` after those before it. It must not raise."""
        self._jobs.put(job)

    async def call(self, function: Callable[[], T]) -> T:
        """The result of ``function``, run on the thread.

        Cancelling stops the waiting, not the function: it runs to its end, unheard.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # pyright: ignore[reportArgumentType]  # None only where T has None

        def job() -> None:
            result: T | None = None
            error: BaseException | None = None
            try:
                result = function()
            except Exception as raised:  # noqa: BLE001  # handed to the caller
                error = raised
            try:
                loop.call_soon_threadsafe(settle, result, error)
            except RuntimeError:
                # The loop was closed while the function ran: nobody is there to be told.
                self._jobs.put(None)

        self.submit(job)
        return await future

    def close(self, limit: float = 1.0) -> bool:
        """End the thread after its present job; True where it ended within ``limit`` seconds. Idempotent."""
        self._jobs.put(None)
        self._thread.join(limit)
        return not self._thread.is_alive()
