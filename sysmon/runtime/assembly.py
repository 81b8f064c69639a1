"""Make the engine of this program from its settings, and let it follow them.

The only place that knows both the settings and the engine. Knows no window and no command.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sysmon.collectors.gpu import GpuCollector
from sysmon.collectors.gpu_users import GpuUsers, ProcessesWithGpu
from sysmon.collectors.processes import open_process_reader
from sysmon.collectors.registry import local_collectors
from sysmon.model.errors import ConfigError
from sysmon.model.events import Mark
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.console_part import ConsolePart
from sysmon.runtime.engine import Engine, EngineOptions
from sysmon.runtime.fleet import Fleet
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace
from sysmon.runtime.later import Later
from sysmon.runtime.launch import DEMO_MACHINES
from sysmon.runtime.link_monitor import LinkMonitor
from sysmon.runtime.option import Value
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths, find_paths
from sysmon.runtime.process_desk import ProcessDesk
from sysmon.runtime.self_monitor import SelfMonitor
from sysmon.runtime.settings import Settings

if TYPE_CHECKING:
    from sysmon.collectors.process_details import DetailReader

log = logging.getLogger(__name__)

SIMULATED = "this is demo data: the process is simulated"
"""Why nothing can be done to the processes of a demo."""


def engine_options(values: Values) -> EngineOptions:
    """What the engine is told of the settings."""
    return EngineOptions(values.sampling_interval, values.sampling_keep * 60.0, frozenset(values.sampling_disabled))


def assemble(
    values: Values, *, demo: bool = False, machines: int = DEMO_MACHINES, gpu_users: bool = False
) -> tuple[Engine, SelfMonitor]:
    """An engine for this machine, or one that simulates machines, that watches itself too. Nothing is started yet.

    ``gpu_users``: whether tables of processes tell who uses GPUs, which somebody has to show.
    """
    monitor = SelfMonitor()
    engine = _simulating(values, monitor, machines) if demo else _measuring(values, monitor, gpu_users=gpu_users)
    monitor.store_memory = lambda: float(engine.store.size())

    def started(_: Mark) -> None:
        # Marks are published on the engine's loop: that is where the tasks are.
        loop = asyncio.get_running_loop()
        monitor.tasks = lambda: float(len(asyncio.all_tasks(loop)))
        leave()

    leave = engine.bus.subscribe(Mark, started)
    return engine, monitor


def _measuring(values: Values, monitor: SelfMonitor, *, gpu_users: bool) -> Engine:
    collectors = local_collectors()
    if not gpu_users:
        return Engine(engine_options(values), [*collectors, monitor])
    users = GpuUsers()
    for collector in collectors:
        if isinstance(collector, GpuCollector):
            collector.users = users
    processes = ProcessesWithGpu(open_process_reader(), users)
    return Engine(engine_options(values), [*collectors, monitor], processes)


def fleet_options(
    values: Values, *, relays: bool = False, shows: bool = True, dial: tuple[str, ...] = ()
) -> FleetOptions:
    """What the fleet is told of the settings. ``relays``: as a hub; ``shows``: as a window; ``dial``: publish to these peers, too."""
    return FleetOptions(
        on=values.sharing_on,
        addresses=values.sharing_addresses,
        port=values.sharing_port,
        announce=values.sharing_announce,
        name=values.sharing_name,
        interval=values.sampling_interval,
        relays=relays,
        shows=shows,
        dial=values.fleet_dial,
        ordered=dial,
    )


def add_fleet(
    engine: Engine, options: FleetOptions, paths: Paths, on_share: Callable[[bool], None], *, delay: float = 0.0
) -> Fleet:
    """Let ``engine``, which has not started, speak to other machines, and this user's commands speak to it.

    ``delay``: seconds after its start until it does.
    """
    place = FleetPlace(paths.data, paths.state, engine.bus, engine.store, engine.demand, engine.desk)
    fleet = Fleet(place, options, on_share=on_share)
    engine.fleet = fleet
    engine.add_collector(LinkMonitor(fleet.links))
    parts = (fleet, ConsolePart(paths.runtime, fleet, engine.store, engine.demand))
    engine.parts += [Later(delay, *parts)] if delay else parts
    return fleet


def remember(values: Values) -> Callable[[bool], None]:
    """What keeps in the settings that the user switched sharing."""

    def switched(on: bool) -> None:
        if isinstance(values, Settings):
            try:
                values.set("sharing.on", on)
            except ConfigError as error:
                log.warning("whether this machine is shared cannot be remembered: %s", error)

    return switched


def open_desk(*, simulated: bool = False) -> ProcessDesk:
    """The door to processes of this machine, to be set as an engine's ``desk`` before it starts."""
    refusal = SIMULATED if simulated else ""
    return ProcessDesk(AuditLog(find_paths().state), _open_reader, refusal=refusal)


def _open_reader() -> DetailReader:
    # Loaded when the first process is opened: it is a part of the start that nobody waits for then.
    from sysmon.collectors.process_details import open_detail_reader

    return open_detail_reader()


def _simulating(values: Values, monitor: SelfMonitor, machines: int) -> Engine:
    from sysmon.runtime.demo import DemoEngine
    from sysmon.runtime.demo_roles import roles

    return DemoEngine(engine_options(values), monitor=monitor, roles=roles(machines))


def follow(settings: Settings, engine: Engine, post: Callable[[Callable[[], object]], object]) -> Callable[[], None]:
    """Let a running ``engine`` and its fleet follow changes of ``settings``; ``post`` runs a function on the engine's loop.

    The returned function ends that.
    """

    def changed(name: str, _: Value) -> None:
        if name == "sampling.interval":
            post(lambda: engine.set_interval(settings.sampling_interval))
        elif name == "sampling.disabled":
            post(lambda: engine.set_disabled(frozenset(settings.sampling_disabled)))
        fleet = engine.fleet
        if isinstance(fleet, Fleet) and (name.startswith("sharing.") or name in ("sampling.interval", "fleet.dial")):
            post(partial(fleet.follow, fleet_options(settings)))

    return settings.on_change(changed)
