"""Sample without a screen and publish to paired machines: the engine in the main thread until the system or the user ends it.

A hub is an agent that also publishes what it watches. What happens is logged when it changes. Knows no window and no
command line.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass

from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES
from sysmon.runtime import collector, wakeups
from sysmon.runtime.assembly import add_fleet, assemble, fleet_options, follow, open_desk, remember
from sysmon.runtime.end_signals import end_signals
from sysmon.runtime.engine import Engine
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings
from sysmon.runtime.settings_watch import SettingsWatch

log = logging.getLogger(__name__)

_CALM = 60
"""So many ticks in a row must come in time before sampling counts as in time again."""


@dataclass(frozen=True, slots=True)
class AgentOrder:
    """What an agent is to do besides sampling."""

    relays: bool = False
    """Publish the machines that it watches, too: a hub."""
    dial: tuple[str, ...] = ()
    """Connect to these peers, by name or id, so that they can watch this machine."""


def run_agent(values: Values, paths: Paths, order: AgentOrder = AgentOrder()) -> int:
    """Sample and publish until a signal comes; answers its number. Ends within about five seconds of it."""
    return wakeups.run(_live(values, paths, order))


async def _live(values: Values, paths: Paths, order: AgentOrder) -> int:
    engine, _ = assemble(values)
    engine.desk = open_desk()
    options = fleet_options(values, relays=order.relays, shows=order.relays, dial=order.dial)
    add_fleet(engine, options, paths, remember(values))
    unfollow = _follow_file(values, engine)
    pace = Pacing()
    engine.bus.subscribe(Mark, pace.mark)
    engine.bus.subscribe(SampleBatch, pace.batch)
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    # Past minutes of processes are there when somebody comes to look.
    claims = [engine.demand.want(LOCAL, topic, values.sampling_interval) for topic in (PROCESSES, PROCESS_IO)]
    with end_signals(lambda number: ended.done() or ended.set_result(number)):
        try:
            await engine.start()
            collector.settle()
            number = await ended
            log.info("ends: %s", signal.Signals(number).name)
            return number
        finally:
            unfollow()
            await engine.stop()
            for claim in claims:
                claim.release()


def _follow_file(values: Values, engine: Engine) -> Callable[[], None]:
    """Let the engine follow what is changed in the settings file; the answer ends that."""
    if not isinstance(values, Settings):
        return lambda: None
    engine.parts.append(SettingsWatch(values))
    return follow(values, engine, asyncio.get_running_loop().call_soon_threadsafe)


class Pacing:
    """Logs what interrupted sampling, and when it falls behind and catches up: transitions, not ticks."""

    def __init__(self) -> None:
        self._behind = False
        self._calm = 0

    def mark(self, mark: Mark) -> None:
        """Take a mark of this machine."""
        if mark.kind in (MarkKind.ASLEEP, MarkKind.CLOCK):
            log.info("%s", mark.text)
        elif mark.kind is MarkKind.SKIPPED:
            self._calm = 0
            if not self._behind:
                self._behind = True
                log.warning("sampling falls behind: %s", mark.text)

    def batch(self, _: SampleBatch) -> None:
        """Take a batch: a tick that came in time."""
        if not self._behind:
            return
        self._calm += 1
        if self._calm >= _CALM:
            self._behind = False
            log.info("sampling is in time again")
