"""Looks what is plugged in, while somebody wants to know: models of disks, addresses of interfaces.

These facts hardly ever change and cost more than a tick, so they are read beside it, and only
while a page claims them. Knows no page.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable

from sysmon.model.host import LOCAL, DeviceFacts
from sysmon.pipeline.demand import DEVICES, Demand
from sysmon.pipeline.worker import Worker

log = logging.getLogger(__name__)

INTERVAL = 20.0
"""Seconds between two looks: an address or a disk that was changed shows up that late."""


def read_devices() -> DeviceFacts:
    """What is plugged into this machine now. Blocks for some milliseconds. Raises OSError."""
    from sysmon.collectors.interfaces import interface_facts

    if sys.platform == "linux":
        from sysmon.collectors.block_devices import disk_facts

        return DeviceFacts(LOCAL, disk_facts(), interface_facts())
    return DeviceFacts(LOCAL, (), interface_facts())


class DeviceWatch:
    """Publishes `DeviceFacts` of this machine while `DEVICES` of it is wanted."""

    def __init__(
        self,
        demand: Demand,
        publish: Callable[[object], None],
        read: Callable[[], DeviceFacts] = read_devices,
        interval: float = INTERVAL,
    ) -> None:
        self._demand = demand
        self._publish = publish
        self._read = read
        self._interval = interval

    async def run(self) -> None:
        """Look while somebody wants it, until cancelled."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        # Claims come from any thread; after the loop's end nobody is there to be woken.
        leave = self._demand.on_change(lambda: None if loop.is_closed() else _wake(loop, changed))
        worker: Worker | None = None
        failed = False
        try:
            while True:
                changed.clear()
                if self._demand.interval(LOCAL, DEVICES) is None:
                    await changed.wait()
                    continue
                worker = worker or Worker("sysmon-devices")
                try:
                    self._publish(await worker.call(self._read))
                    failed = False
                except OSError as error:
                    if not failed:
                        log.warning("disks and interfaces cannot be looked at: %s", error)
                    failed = True
                await asyncio.sleep(self._interval)
        finally:
            leave()
            if worker is not None:
                worker.close(1.0)


def _wake(loop: asyncio.AbstractEventLoop, changed: asyncio.Event) -> None:
    try:
        loop.call_soon_threadsafe(changed.set)
    except RuntimeError:  # closed between the look and the call
        log.debug("a claim changed after the loop was closed")
