"""A loop that wakes seldom: how often it looks, how late it may be, and that it is a loop."""

from __future__ import annotations

import asyncio
import selectors
import socket
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.runtime.wakeups import BURST, PERIOD, SeldomSelector, run

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="loops have no selectors there")


class Busy(selectors.BaseSelector):
    """The world around a loop: a message comes every ``apart`` seconds of a clock that only sleeping and waiting moves."""

    def __init__(self, apart: float) -> None:
        self.time = 100.0
        self.read = 0
        """Messages that were taken."""
        self.looks = 0
        self.slept: list[float] = []
        self.late: list[float] = []
        """How long the oldest message had waited, of each look."""
        self._begun = self.time
        self._apart = apart

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.looks += 1
        due = self._begun + (self.read + 1) * self._apart
        self.time = max(self.time, due if timeout is None else min(due, self.time + timeout))
        if self.time >= due:
            self.late.append(self.time - due)
            self.read = int((self.time - self._begun) / self._apart + 1e-6)
        return []

    def register(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        raise NotImplementedError

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        raise NotImplementedError

    def get_map(self) -> Mapping[FileDescriptorLike, selectors.SelectorKey]:
        raise NotImplementedError


def selector_of(world: Busy) -> SeldomSelector:
    return SeldomSelector(world, world.now, world.sleep)


def test_two_thousand_messages_a_second_wake_it_two_hundred_times() -> None:
    world = Busy(0.0005)
    selector = selector_of(world)
    while world.time < 110.0:
        selector.select()
    assert world.read == pytest.approx(20_000, abs=20)
    assert world.looks == pytest.approx(10.0 / PERIOD + BURST, rel=0.02)
    assert max(world.late) <= PERIOD + 1e-6


def test_few_messages_are_read_as_they_come() -> None:
    world = Busy(2 * PERIOD)
    selector = selector_of(world)
    for _ in range(1000):
        selector.select()
    assert world.read == 1000
    assert not world.slept


def test_after_a_rest_it_may_wake_often_again() -> None:
    world = Busy(1e-7)
    selector = selector_of(world)
    for _ in range(2 * BURST):
        selector.select()
    assert len(world.slept) == BURST
    world.time += 10.0
    world.slept.clear()
    for _ in range(BURST):
        selector.select()
    assert not world.slept


def test_a_loop_with_something_to_do_is_not_held_up() -> None:
    world = Busy(1e9)
    selector = selector_of(world)
    for _ in range(10 * BURST):
        selector.select(0)
    assert not world.slept
    selector.select(1e-9)
    assert not world.slept, "looks that must not wait took nothing away"


@given(st.lists(st.floats(1e-6, 0.1), min_size=1, max_size=300))
def test_no_timer_is_late_and_no_pause_is_long(timeouts: list[float]) -> None:
    world = Busy(1e9)
    selector = selector_of(world)
    for timeout in timeouts:
        before = world.time
        selector.select(timeout)
        assert world.time - before == pytest.approx(timeout, abs=1e-6)
    assert all(0.0 < pause <= PERIOD + 1e-9 for pause in world.slept)


def test_many_timers_leave_no_debt() -> None:
    world = Busy(1e9)
    selector = selector_of(world)
    for _ in range(10_000):
        selector.select(1e-5)
    world.slept.clear()
    selector.select(1.0)
    assert sum(world.slept) <= PERIOD + 1e-9
    world.time += BURST * PERIOD + PERIOD
    world.slept.clear()
    selector.select(1.0)
    assert not world.slept


def test_it_is_a_loop() -> None:
    async def live() -> tuple[bytes, int, bool]:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            theirs.setblocking(False)
            said = 0
            for number in range(3 * BURST):
                await loop.sock_sendall(ours, bytes([number % 256]))
                said = (await loop.sock_recv(theirs, 1))[0]
            other = asyncio.Event()
            thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(other.set))
            thread.start()
            await other.wait()
            thread.join()
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "print('here')", stdout=asyncio.subprocess.PIPE
            )
            out, _ = await child.communicate()
            return out.strip(), said, isinstance(loop, asyncio.SelectorEventLoop)

    assert run(live()) == (b"here", (3 * BURST - 1) % 256, True)


def test_it_is_closed_with_its_selector() -> None:
    inner = selectors.DefaultSelector()
    loop = asyncio.SelectorEventLoop(SeldomSelector(inner))
    assert inner.get_map()
    loop.close()
    assert not inner.get_map()
