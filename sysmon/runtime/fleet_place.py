"""What a fleet is told when it is made: the settings that concern it, and what it is wired to. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sysmon.pipeline.bus import Bus
from sysmon.pipeline.demand import Demand
from sysmon.pipeline.store import Store
from sysmon.runtime.process_desk import ProcessDesk


@dataclass(frozen=True, slots=True)
class FleetOptions:
    """What the fleet needs to know of the settings."""

    on: bool = False
    """Whether this machine is shared."""
    addresses: tuple[str, ...] = ("127.0.0.1",)
    port: int = 4870
    announce: bool = True
    name: str = ""
    """How this machine calls itself; empty for its host name."""
    interval: float = 1.0
    """Seconds between ticks of this machine, and those that are wanted of others."""
    relays: bool = False
    """Whether it publishes the machines that it watches: a hub."""
    shows: bool = True
    """Whether it shows other machines all the time, as a window does, and a hub to others. An agent does not: it asks them for nothing
    but while a command of this user looks, else each machine of a hub would get the figures of all the others."""
    dial: tuple[str, ...] = ()
    """Names or ids of peers that are dialled although they are not watched: hubs that this machine publishes to."""
    ordered: tuple[str, ...] = ()
    """The same, from the command line: changed settings leave them alone."""


@dataclass(frozen=True, slots=True)
class FleetPlace:
    """Where the fleet keeps its files, and what it is wired to."""

    folder: Path
    """Key and peers: private to the user."""
    state: Path
    """The list of who was let in."""
    bus: Bus
    store: Store
    demand: Demand
    desk: ProcessDesk | None = None
    """What peers may ask about processes of this machine; None: nothing."""
