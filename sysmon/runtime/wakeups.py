"""The loop of programs with many links: it wakes seldom, and does more each time.

Thousands of machines that tick at moments of their own would wake it for each message. Falling asleep, being woken and finding
nothing of the program in the processor's caches costs as much as the message. So after a burst of wake-ups the next ones come at
a steady pace, and what arrives meanwhile is read at one go. A loop with little to do is never late. Knows no link.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

T = TypeVar("T")

PERIOD: Final = 0.005
"""Seconds between wake-ups of a loop that was woken often: the most by which this makes anything late."""
BURST: Final = 50
"""Wake-ups that may come at once before that."""


class SeldomSelector(selectors.BaseSelector):
    """A selector that lets ``inner`` look at most each `PERIOD` in the long run, and after so long at the latest."""

    def __init__(
        self,
        inner: selectors.BaseSelector | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner or selectors.DefaultSelector()
        self._now = now
        self._sleep = sleep
        self._due = now()

    def register(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See `selectors`. One that must not wait (``timeout`` 0) does not: the loop has something to do."""
        if timeout is None or timeout > 0.0:
            pause = self._pause()
            if pause > 0.0:
                if timeout is not None:
                    # Nobody's timer is late.
                    pause = min(pause, timeout)
                    timeout -= pause
                self._sleep(pause)
        return self._inner.select(timeout)

    def _pause(self) -> float:
        """Seconds until the loop may wake; not above 0 where it may now. Each wake-up takes one of what a period gives."""
        now = self._now()
        self._due = min(max(self._due, now), now + BURST * PERIOD) + PERIOD
        return self._due - now - BURST * PERIOD

    def close(self) -> None:
        self._inner.close()

    def get_map(self) -> Mapping[FileDescriptorLike, selectors.SelectorKey]:
        return self._inner.get_map()


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop that wakes seldom; on Windows, where loops have no selectors, the usual one."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    return asyncio.SelectorEventLoop(SeldomSelector())


def run(coroutine: Coroutine[object, object, T]) -> T:
    """As `asyncio.run`, on such a loop."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(coroutine)
