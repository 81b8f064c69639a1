"""What all links of one loop share: their time, one buffer to read into, and the turns in which they write.

A tick concerns a thousand subscribers at once. So whoever has something to send is put on a list, which is gone
through in one turn of the loop: no task is woken for it. What can wait, such as history, gets a few milliseconds of a turn, after
those who write. Knows no socket and no message.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, Protocol

log = logging.getLogger(__name__)

_AT_ONCE: Final = 200
"""Writers of one turn: some 5 ms, after which others may read."""
_LATER: Final = 0.004
"""Seconds of one turn after which no further piece of what can wait is begun."""
SLOT: Final = 0.25
"""Seconds by which a timer that is set by `Rounds.near` may come early."""
_CHUNK: Final = 1 << 15
"""Most bytes that are read of one socket in one turn."""


class Timer(Protocol):
    def cancel(self) -> None: ...


class Times(Protocol):
    """Time as links need it. Tests bring their own."""

    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def wall(self) -> float:
        """Seconds since 1970."""
        ...

    def at(self, when: float, call: Callable[[], None], /) -> Timer:
        """Call ``call`` when `now` has come to ``when``."""
        ...


class LoopTimes:
    """The clock of the running loop."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        # Without a function of ours between: a hub of thousands sets hundreds of timers a second.
        self.now: Callable[[], float] = loop.time
        self.wall: Callable[[], float] = time.time
        self.at: Callable[[float, Callable[[], None]], Timer] = loop.call_at


class Writer(Protocol):
    """Whoever may have something to send."""

    queued: bool
    """Kept by `Rounds`; False at first."""

    def write(self, now: float) -> None:
        """Send what there is, as far as there is room."""
        ...


class _Slot(NamedTuple):
    """What is to be called at about the same time, and the timer that will do so."""

    timer: Timer
    sleepers: dict[_Sleeper, None]


class _Sleeper:
    """See `Timer`."""

    __slots__ = ("_number", "_slots", "call")

    def __init__(self, call: Callable[[], None], number: int, slots: dict[int, _Slot]) -> None:
        self.call: Callable[[], None] | None = call
        self._number = number
        self._slots = slots

    def cancel(self) -> None:
        self.call = None
        slot = self._slots.get(self._number)
        if slot is not None and slot.sleepers.pop(self, self) is None and not slot.sleepers:
            slot.timer.cancel()
            del self._slots[self._number]


class Rounds:
    """One for each loop, or for each owner of links."""

    def __init__(self, times: Times | None = None) -> None:
        """Takes the running loop's clock unless ``times`` are given."""
        self.times: Times = times or LoopTimes()
        self.now = self.times.now
        self.at = self.times.at
        self.wall = self.times.wall
        self.buffer = memoryview(bytearray(_CHUNK))
        """What a socket is read into; what is in it belongs to a protocol only until it returns to the loop."""
        self.framed: tuple[bytes | None, bytes] = (None, b"")
        """The last message to a client and its frame: a thousand clients get the same one."""
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Writer] = deque()
        self._later: deque[Callable[[], None]] = deque()
        self._slots: dict[int, _Slot] = {}

    def near(self, when: float, call: Callable[[], None]) -> Timer:
        """As `at`, but up to `SLOT` seconds early: for the many timers that are set anew before they have any effect.

        All that come at about the same time share one timer of the loop. ``when`` is further away than `SLOT`.
        """
        number = int(when / SLOT)
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = _Slot(self.at(number * SLOT, partial(self._ring, number)), {})
        sleeper = _Sleeper(call, number, self._slots)
        slot.sleepers[sleeper] = None
        return sleeper

    def _ring(self, number: int) -> None:
        for sleeper in self._slots.pop(number).sleepers:
            if sleeper.call is not None:
                try:
                    sleeper.call()
                except Exception:
                    log.exception("a link cannot go on")

    def ready(self, writer: Writer) -> None:
        """Let ``writer`` write in the next turn."""
        if writer.queued:
            return
        writer.queued = True
        if not self._queue:
            self._loop.call_soon(self._write)
        self._queue.append(writer)

    def later(self, work: Callable[[], None]) -> None:
        """Do ``work``, which takes a few milliseconds, in one of the next turns, in the order in which it came: as much of a turn as is
        left when all have written, and then others may read."""
        if not self._later:
            self._loop.call_soon(self._work)
        self._later.append(work)

    async def until(self, when: float, sooner: asyncio.Event | None = None) -> None:
        """Wait until ``when``, or until ``sooner`` is set. Cancelling is safe."""
        wake = sooner or asyncio.Event()
        timer = self.at(when, wake.set) if when < math.inf else None
        try:
            await wake.wait()
        finally:
            if timer is not None:
                timer.cancel()

    def _write(self) -> None:
        now = self.now()
        queue = self._queue
        for _ in range(min(len(queue), _AT_ONCE)):
            writer = queue.popleft()
            writer.queued = False
            try:
                writer.write(now)
            except Exception:
                # A fault of one link must not keep the others from writing.
                log.exception("a link cannot write")
        if queue:
            self._loop.call_soon(self._write)

    def _work(self) -> None:
        if self._queue:
            self._write()  # what is live goes before
        until = self.now() + _LATER
        while self._later:
            try:
                self._later.popleft()()
            except Exception:
                log.exception("a piece of history was lost by a fault of this program")
            if self.now() >= until:
                break
        if self._later:
            self._loop.call_soon(self._work)
