"""Another machine's figures for a command: polled from whoever is connected to it, told to whoever shows them.

Knows no terminal and no layout.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Protocol

from sysmon.cli.fleet_calls import Asker, asking
from sysmon.model.errors import ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.model.process import ProcessTable
from sysmon.pipeline.query import Query
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.console import Known, Look, Looked, Peers
from sysmon.runtime.far_machine import FarMachine
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths

PATIENCE = 20.0
"""Seconds in which the first figures must come."""
INTRODUCED = 5.0
"""Seconds in which a hub that was just dialled must have said whom it relays."""
_SOONEST = 0.1


class Shown(Protocol):
    """What shows the figures."""

    name: str

    def batch(self) -> None: ...

    def processes(self, table: ProcessTable) -> None: ...

    def end(self) -> None: ...


class Following:
    """A machine that is followed."""

    def __init__(self, machine: FarMachine, host: str) -> None:
        self._machine = machine
        self._host = host
        self._error: SysmonError | None = None

    @property
    def query(self) -> Query:
        return self._machine.query

    async def wait_for(self, batches: int, interval: float) -> FarMachine:
        """Look until ``batches`` came so far. Raises `Unreachable` where the next one does not in time."""
        try:
            async with asyncio.timeout(PATIENCE) as limit:
                while self._machine.batches < batches:
                    if await self._machine.look():
                        limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                    else:
                        await asyncio.sleep(max(_SOONEST, interval / 4.0))
        except TimeoutError:
            raise self._nothing_came() from None
        return self._machine

    def _nothing_came(self) -> Unreachable:
        machine = self._machine.machine
        name = printable(machine.name if machine is not None else self._host)
        state = machine.note or machine.state.value if machine is not None else "not known"
        text = f"No figures of {name} came within {PATIENCE:g} s ({state}). `sysmon peers` says how the link is."
        return Unreachable(Reason.SILENT, name, text)

    async def follow(self, shown: Shown, interval: float, show: Coroutine[object, object, None]) -> None:
        """Run ``show`` while the figures go to ``shown``. Raises SysmonError where they can no longer be had."""
        owner = TaskOwner("watch")
        owner.start("follow", self._poll(shown, interval))
        try:
            await show
        finally:
            await owner.close(limit=1.0)
        if self._error is not None:
            raise self._error

    async def _poll(self, shown: Shown, interval: float) -> None:
        table: ProcessTable | None = None
        try:
            while True:
                machine = await self.wait_for(self._machine.batches + 1, interval)
                if machine.machine is not None:
                    shown.name = machine.machine.name
                if machine.table is not None and machine.table is not table:
                    table = machine.table
                    shown.processes(table)
                shown.batch()
                await asyncio.sleep(max(_SOONEST, interval / 2.0))
        except SysmonError as error:
            self._error = error
            shown.end()


@contextlib.asynccontextmanager
async def following(values: Values, paths: Paths, host: str, *, processes: bool) -> AsyncGenerator[Following]:
    """The machine ``host``, a name or an id, for the length of the context."""
    async with asking(values, paths) as asker:
        await introduced(asker, host)

        async def ask(question: Look) -> Looked:
            return await asker.ask(question, Looked)

        yield Following(FarMachine(host, ask, processes=processes), host)


async def introduced(asker: Asker, host: str) -> None:
    """Wait until ``host`` is known where a hub may still have to name it; at most `INTRODUCED`."""
    if not any(one.peer.hub for one in await asker.ask(Peers(), list[Known])):
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(INTRODUCED):
            while True:
                with contextlib.suppress(ConfigError):
                    await asker.ask(Look(host), Looked)
                    return
                await asyncio.sleep(_SOONEST)
