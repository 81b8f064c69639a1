"""The running program's ear for this user's commands, as a part of the engine. A program without it runs all the same."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sysmon.private_files import private_folder

if TYPE_CHECKING:
    from sysmon.pipeline.demand import Demand
    from sysmon.pipeline.store import Store
    from sysmon.runtime.console import Console
    from sysmon.runtime.fleet_port import FleetPort
    from sysmon.transport.local_socket import LocalServer

log = logging.getLogger(__name__)


class ConsolePart:
    """Listens from `start` to `stop`; where another program of this user does already, it leaves that to it."""

    def __init__(self, folder: Path, fleet: FleetPort, store: Store, demand: Demand) -> None:
        self._folder = folder
        self._fleet = fleet
        self._store = store
        self._demand = demand
        self._console: Console | None = None
        self._server: LocalServer | None = None

    async def start(self) -> None:
        # What only commands need is loaded when the window is there.
        from sysmon.runtime.console import Console
        from sysmon.transport.local_socket import LocalServer

        self._console = Console(self._fleet, self._store, self._demand)
        server = LocalServer(self._folder, self._console.answer)
        try:
            private_folder(self._folder)
            if await server.open():
                self._server = server
            else:
                log.info("another sysmon of this user answers commands; this one does not")
        except OSError as error:
            log.warning("commands cannot reach this program: %s", error)

    async def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.close()
        if self._console is not None:
            self._console.close()
