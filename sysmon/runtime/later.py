"""Parts of an engine that nobody misses in the first moments: they begin after the first picture, not before it."""

from __future__ import annotations

import asyncio
from typing import Protocol

from sysmon.pipeline.tasks import TaskOwner


class Part(Protocol):
    """See `engine.Part`."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Later:
    """Starts ``parts``, in order, ``delay`` seconds after it was started itself; stops those that did start."""

    def __init__(self, delay: float, *parts: Part) -> None:
        self._delay = delay
        self._parts = parts
        self._started: list[Part] = []
        self._tasks: TaskOwner | None = None

    async def start(self) -> None:
        self._tasks = TaskOwner("later")
        self._tasks.start("start", self._begin())

    async def _begin(self) -> None:
        await asyncio.sleep(self._delay)
        for part in self._parts:
            self._started.append(part)
            await part.start()

    async def stop(self) -> None:
        tasks, self._tasks = self._tasks, None
        if tasks is None:
            return
        await tasks.close(limit=2.0)
        while self._started:
            await self._started.pop().stop()
