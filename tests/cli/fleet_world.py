"""A machine that is shared, and this user's empty home: what fleet commands are tested against, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine

T = TypeVar("T")


class World:
    """A machine on a loop of its own thread, as commands block."""

    def __init__(self, loop: asyncio.AbstractEventLoop, machine: TestMachine) -> None:
        self.loop = loop
        self.machine = machine
        self._ticking = [machine]

    def tick(self) -> None:
        """One tick of all machines here. On their loop."""
        for machine in self._ticking:
            machine.tick()

    def tick_too(self, machine: TestMachine) -> None:
        """``machine`` lives on this loop, too: let it tick from now on."""
        self._ticking.append(machine)

    def do(self, function: Callable[[], T]) -> T:
        """Call ``function`` on the machine's loop, and answer what it does."""

        async def call() -> T:
            found = function()
            return await found if asyncio.iscoroutine(found) else found  # type: ignore[no-any-return]

        future: Future[T] = asyncio.run_coroutine_threadsafe(call(), self.loop)
        return future.result(10.0)


@contextlib.contextmanager
def world(folder: Path, name: str = "atlas", *, relays: bool = False) -> Generator[World]:
    """``name`` is shared on loopback while the context lasts, and ticks ten times a second."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made: Future[World] = asyncio.run_coroutine_threadsafe(_begin(loop, folder, name, relays), loop)
    here = made.result(10.0)
    ticking = loop.call_soon_threadsafe(_tick, here)
    try:
        yield here
    finally:
        ticking.cancel()
        here.do(here.machine.fleet.stop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5.0)
        loop.close()


async def _begin(loop: asyncio.AbstractEventLoop, folder: Path, name: str, relays: bool) -> World:
    machine = TestMachine(folder, name, FleetOptions(on=True, port=0, relays=relays))
    await machine.fleet.start()
    return World(loop, machine)


def _tick(here: World) -> None:
    here.tick()
    here.loop.call_later(0.1, _tick, here)
