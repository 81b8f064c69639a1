"""A fleet for the length of one command, where no program runs whose fleet could be used.

It shares nothing and samples nothing; what it decides (a pairing, a revocation) is on record for the next program
that starts. Knows no terminal.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace

from sysmon.runtime.assembly import fleet_options
from sysmon.runtime.engine import Engine, EngineOptions
from sysmon.runtime.fleet import Fleet
from sysmon.runtime.fleet_place import FleetPlace
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths


@contextlib.asynccontextmanager
async def fleet_here(values: Values, paths: Paths, *, share: bool = False) -> AsyncGenerator[tuple[Fleet, Engine]]:
    """A running fleet, and the engine, not started, whose store it fills. ``share``: whether others may connect."""
    engine = Engine(EngineOptions(), [])
    place = FleetPlace(paths.data, paths.state, engine.bus, engine.store, engine.demand)
    fleet = Fleet(place, replace(fleet_options(values), on=share))
    leave = engine.keep()
    try:
        await fleet.start()
        yield fleet, engine
    finally:
        await fleet.stop()
        leave()
