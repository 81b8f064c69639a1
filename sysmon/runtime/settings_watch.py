"""Follow the settings file while a program runs: who edits it, or runs `sysmon config set`, need not start anything again.

Knows no option; who listens to the settings hears of what changed.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.settings import Settings

log = logging.getLogger(__name__)

EVERY: Final = 2.0
"""Seconds between two looks at the file's time and size."""

_Stamp = tuple[int, int]


class SettingsWatch:
    """A part of an engine. Looks on a thread, as a file may lie on a network."""

    def __init__(self, settings: Settings, every: float = EVERY) -> None:
        self._settings = settings
        self._every = every
        self._tasks: TaskOwner | None = None

    async def start(self) -> None:
        """Follow the file from now on; what stands in it by now is known."""
        if self._tasks is None and self._settings.file is not None:
            self._tasks = TaskOwner("settings")
            self._tasks.start("watch", self._watch(await asyncio.to_thread(self._stamp)))

    async def stop(self) -> None:
        """Idempotent."""
        tasks, self._tasks = self._tasks, None
        if tasks is not None:
            await tasks.close(1.0)

    async def _watch(self, seen: _Stamp | None) -> None:
        while True:
            await asyncio.sleep(self._every)
            now = await asyncio.to_thread(self._stamp)
            if now != seen:
                seen = now
                await asyncio.to_thread(self._reload)

    def _stamp(self) -> _Stamp | None:
        """What tells one content of the file from another; None where there is none."""
        assert self._settings.file is not None
        try:
            found = self._settings.file.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size)

    def _reload(self) -> None:
        for problem in self._settings.reload():
            log.warning("%s; the old value stays", problem)
