"""Notice that this machine has another network: a cable, an address, a Wi-Fi that came or went. What was waiting is then tried at once.

On Linux the kernel tells (rtnetlink(7)); elsewhere the addresses are compared now and then. Says only that something changed.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

from sysmon.pipeline.tasks import TaskOwner

log = logging.getLogger(__name__)

SETTLE: Final = 0.5
"""Seconds of quiet after which a change counts: one cable makes a dozen messages."""
EVERY: Final = 5.0
"""Seconds between two looks where nothing tells."""
# linux/rtnetlink.h; Python does not name them.
_LINK, _IPV4_ADDRESS, _IPV6_ADDRESS = 0x1, 0x10, 0x100
_NETLINK_ROUTE: Final = 0


class NetworkWatch:
    """Calls ``changed`` on the loop that `open` ran on. `close` leaves nothing."""

    def __init__(self, changed: Callable[[], None], addresses: Callable[[], object]) -> None:
        """``addresses`` tells those of this machine; it is used, on a thread, only where the system does not tell of changes."""
        self._changed = changed
        self._addresses = addresses
        self._tasks = TaskOwner("network")
        self._socket: socket.socket | None = None
        self._soon: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Begin to watch. Never fails: where the kernel does not tell, addresses are compared."""
        try:
            self._socket = _listen()
        except (OSError, AttributeError) as error:
            log.debug("changes of the network are looked for every %g s: %s", EVERY, error)
            self._tasks.start("compare addresses", self._compare())
        else:
            asyncio.get_running_loop().add_reader(self._socket.fileno(), self._told)

    async def close(self) -> None:
        """Watch no more. Idempotent."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        await self._tasks.close(1.0)

    def _told(self) -> None:
        assert self._socket is not None
        try:
            while self._socket.recv(65536):
                pass
        except BlockingIOError:
            pass
        except OSError as error:
            # ENOBUFS: more changed than the kernel kept for us. That something did is all we want to know.
            log.debug("messages of the kernel were lost: %s", error)
        self._note()

    def _note(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
        self._soon = asyncio.get_running_loop().call_later(SETTLE, self._settled)

    def _settled(self) -> None:
        self._soon = None
        self._changed()

    async def _compare(self) -> None:
        before = await asyncio.to_thread(self._addresses)
        while True:
            await asyncio.sleep(EVERY)
            now = await asyncio.to_thread(self._addresses)
            if now != before:
                before = now
                self._changed()


def _listen() -> socket.socket:
    made = socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, _NETLINK_ROUTE
    )
    try:
        made.bind((0, _LINK | _IPV4_ADDRESS | _IPV6_ADDRESS))
    except BaseException:
        made.close()
        raise
    return made
