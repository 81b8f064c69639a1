"""One machine of the fleet as a command sees it: asked for again and again, kept as if it were this one.

Whoever shows this machine can show that one with the same code: its figures stand in a store of their own under `LOCAL`. Knows no socket
and no terminal.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sysmon.model.errors import SysmonError
from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.protocol import catalog_codec, process_codec
from sysmon.protocol.messages import MAX_SERIES
from sysmon.runtime.console import Look, Looked

Ask = Callable[[Look], Awaitable[Looked]]


class FarMachine:
    """Looks at one machine through whoever is connected to it."""

    def __init__(self, host: str, ask: Ask, *, processes: bool, keep: float = 60.0) -> None:
        """``host`` is a name or an id, as the user typed it."""
        self.store = Store(keep)
        self.query = Query(self.store)
        self.machine: Machine | None = None
        self.table: ProcessTable | None = None
        self.batches = 0
        self._host = host
        self._ask = ask
        self._processes = processes
        self._catalog: Catalog | None = None
        self._newest = (-1, -1)

    async def look(self) -> bool:
        """Ask once; whether there was something new. Raises what ``ask`` raises."""
        digest = self._catalog.digest if self._catalog is not None else ""
        seen = await self._ask(Look(self._host, digest, self._processes))
        self.machine = seen.machine
        if seen.catalog is not None:
            self._catalog = catalog_codec.read_whole(seen.catalog, MAX_SERIES)
        if seen.processes is not None:
            table = process_codec.apply(seen.processes, LOCAL, None)
            self.table = replace(table, host=LOCAL)
        values = seen.values
        if values is None or self._catalog is None or (values.epoch, values.sequence) == self._newest:
            return False
        if len(values.values) != len(self._catalog.series):
            raise SysmonError("the running sysmon answers figures that do not fit; restart it")
        self._newest = (values.epoch, values.sequence)
        numbers = array("d", [math.nan if value is None else value for value in values.values])
        self.store.append(SampleBatch(LOCAL, values.epoch, values.sequence, values.time, self._catalog, numbers))
        self.batches += 1
        return True
