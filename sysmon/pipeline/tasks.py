"""The only place that creates asyncio tasks: named, owned, awaited.

A `TaskOwner` keeps a strong reference to each of its tasks, says what became of them, and ends
them all when it is closed. Knows nothing of what the tasks do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class TaskOwner:
    """Owns tasks of one loop. Not thread-safe: use it on its loop only."""

    def __init__(self, name: str, on_crash: Callable[[str, BaseException], None] | None = None) -> None:
        """``on_crash`` is told the task's name and error when a task ends with one."""
        self.name = name
        self._tasks: set[asyncio.Task[object]] = set()
        self._on_crash = on_crash
        self._closed = False

    def start(self, name: str, coroutine: Coroutine[object, object, object]) -> asyncio.Task[object]:
        """Run ``coroutine`` as a task of this owner.

        Raises RuntimeError after `close`: nothing may be started that nobody would end.
        """
        if self._closed:
            coroutine.close()
            raise RuntimeError(f"{self.name} is closed, cannot start {name}")
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(coroutine, name=f"{self.name}/{name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        log.error("task %s ended with an error", task.get_name(), exc_info=error)
        if self._on_crash is not None:
            self._on_crash(task.get_name(), error)

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def closed(self) -> bool:
        """Whether nothing can be started any more."""
        return self._closed

    async def close(self, limit: float = 5.0) -> list[str]:
        """Cancel all tasks and wait for them, at most ``limit`` seconds. Idempotent.

        Returns the names of tasks that did not end in time: an error worth a log line.
        Cancelling this coroutine leaves the tasks cancelled but perhaps not yet ended.
        """
        self._closed = True
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if not tasks:
            return []
        _, pending = await asyncio.wait(tasks, timeout=limit)
        stuck = sorted(task.get_name() for task in pending)
        if stuck:
            log.error("tasks of %s did not end within %.1f s: %s", self.name, limit, ", ".join(stuck))
        return stuck
