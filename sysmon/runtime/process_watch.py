"""What is kept of this machine's processes between two looks: the past of those that matter, births and deaths.

Lives on the engine's loop and is fed by the tables that the sampler publishes; the window asks from
its own thread, so every method locks, shortly. Knows no screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from sysmon.collectors.process_events import ProcessEvents
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.host import LOCAL
from sysmon.model.life import Life
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_history import ProcessHistory, Trace
from sysmon.pipeline.process_lives import Forker, Lives
from sysmon.pipeline.process_rates import ProcessRate, ProcessRates, RateTable

log = logging.getLogger(__name__)


class ProcessWatch:
    """Keeps what one table alone does not tell."""

    def __init__(self, now: Callable[[], float], open_events: Callable[[], ProcessEvents] = ProcessEvents) -> None:
        """``now`` tells steady time in seconds."""
        self._now = now
        self._open_events = open_events
        self._lock = threading.Lock()
        self._rates = ProcessRates()
        self._newest: tuple[ProcessTable, RateTable] | None = None
        self._history = ProcessHistory()
        self._lives = Lives()
        self._events: ProcessEvents | None = None
        self.source = "by comparing two looks: what lived between them was not seen"
        """How births and deaths are found out, in words."""

    def take(self, table: ProcessTable) -> None:
        """Keep what ``table`` of this machine says; those of others are left alone."""
        if table.host != LOCAL:
            return
        with self._lock:
            rates = self._rates.step(table)
            self._newest = (table, rates)
            self._history.take(table, rates)
            self._lives.see(table)

    def pairs(self) -> list[tuple[ProcessRow, ProcessRate]]:
        """All processes of the newest table, with their rates; none before the first."""
        newest = self._newest
        return [] if newest is None else [(row, newest[1].of(row)) for row in newest[0].rows.values()]

    def row(self, key: ProcessKey) -> ProcessRow | None:
        """``key`` in the newest table; None where it is not there."""
        newest = self._newest
        row = None if newest is None else newest[0].rows.get(key.pid)
        return row if row is not None and row.key == key else None

    def trace(self, key: ProcessKey, name: str) -> Trace:
        """A copy of what is kept of ``key``; from now on it is kept in any case."""
        with self._lock:
            return self._history.want(key, name).copy()

    def newest(self, count: int) -> list[Life]:
        """See `Lives.newest`."""
        with self._lock:
            return self._lives.newest(count)

    def forkers(self, since: float, count: int) -> list[Forker]:
        """See `Lives.forkers`."""
        with self._lock:
            return self._lives.forkers(since, count)

    @property
    def lost(self) -> int:
        """How often the kernel had to drop births and deaths."""
        return self._lives.lost

    def follow_births(self) -> None:
        """Ask the kernel to tell every birth and death, where it lets us. On the engine's loop. Idempotent."""
        if self._events is not None:
            return
        try:
            self._events = self._open_events()
        except CollectorUnavailable as error:
            self.source = f"by comparing two looks, because {error}"
            return
        asyncio.get_running_loop().add_reader(self._events.fileno(), self._tell)
        with self._lock:
            self._lives.exact = True
        self.source = "told by the kernel: every process, however short it lived"

    def _tell(self) -> None:
        assert self._events is not None
        try:
            events = self._events.read()
        except (CollectorFailed, OSError) as error:
            log.warning("births and deaths of processes are not told any more: %s", error)
            self.unfollow_births()
            return
        with self._lock:
            self._lives.tell(events, self._now())

    def unfollow_births(self) -> None:
        """Give the kernel's channel back. On the engine's loop. Idempotent."""
        events, self._events = self._events, None
        if events is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            asyncio.get_running_loop().remove_reader(events.fileno())
        events.close()
        with self._lock:
            self._lives.exact = False
        self.source = "by comparing two looks: what lived between them was not seen"
