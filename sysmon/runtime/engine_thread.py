"""Runs an engine on a loop and thread of its own, beside a user interface.

The only way in is `call` and `post`; what comes out is read from the engine's store. Knows no
Qt: whoever starts it decides what the wake-ups lead to.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import TypeVar

from sysmon.runtime.engine import Engine
from sysmon.runtime.wakeups import new_loop

log = logging.getLogger(__name__)

T = TypeVar("T")


class EngineThread:
    """A background thread with a loop on which an engine lives."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._quit: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="sysmon-engine", daemon=True)

    def start(self, limit: float = 5.0) -> None:
        """`begin` and `wait`."""
        self.begin()
        self.wait(limit)

    def begin(self) -> None:
        """Start thread and engine without waiting for them. Once only."""
        self._thread.start()

    def wait(self, limit: float = 5.0) -> None:
        """Wait until the engine samples.

        Raises the engine's own error where it cannot start, TimeoutError after ``limit`` seconds.
        """
        if not self._ready.wait(limit):
            raise TimeoutError(f"the engine did not start within {limit:g} s")
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._quit = asyncio.Event()
        try:
            await self.engine.start()
        except Exception as error:  # noqa: BLE001  # raised again by start(), on the caller's thread
            self._error = error
            return
        finally:
            self._ready.set()
        await self._quit.wait()
        await self.engine.stop()

    def call(self, coroutine: Coroutine[object, object, T]) -> concurrent.futures.Future[T]:
        """Run ``coroutine`` on the engine's loop. Raises RuntimeError where the thread has ended."""
        if self._loop is None or self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("the engine is not running")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def post(self, function: Callable[[], object]) -> bool:
        """Call ``function`` on the engine's loop soon; False where the thread has ended."""
        if self._loop is None or self._loop.is_closed():
            return False
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # closed between the look and the call
            return False
        return True

    def stop(self, limit: float = 6.0) -> bool:
        """Stop the engine and end the thread; True where it ended within ``limit`` seconds. Idempotent."""
        if self._quit is not None:
            self.post(self._quit.set)
        if self._thread.ident is not None:
            self._thread.join(limit)
        ended = not self._thread.is_alive()
        if not ended:
            log.error("the engine did not stop within %.1f s", limit)
        return ended
