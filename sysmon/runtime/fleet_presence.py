"""How this machine is there for others, and others for it: where it listens, what it announces, whom it hears.

Knows no peer but by the beginning of its id, and no screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
from collections.abc import Callable, Iterable
from typing import Final

from sysmon.model.errors import ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Found, Invitation, Sharing
from sysmon.runtime.fleet_pairing import is_loopback, meant_by, own_addresses
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.transport.discovery import Announcement, Discovery
from sysmon.transport.pool import Links

log = logging.getLogger(__name__)

SEARCH: Final = 4.0
"""Seconds in which a machine that shows a code must be heard on the network."""


class FleetPresence:
    """Owned by the fleet's core; everything on the engine's loop."""

    def __init__(
        self,
        own: str,
        name: Callable[[], str],
        links: Links,
        peers: Callable[[], Iterable[str]],
        on_change: Callable[[], None],
    ) -> None:
        """``peers`` tells the ids of those that are known; ``on_change`` is told when `sharing` or `found` is another."""
        self._own = own
        self._name = name
        self._links = links
        self._peers = peers
        self._on_change = on_change
        self._trouble = ""
        self._looks = False
        self._misses = False
        self._announces = False
        self._heard = asyncio.Event()
        self._discovery = Discovery(own, self._knows, self._discovered)

    async def close(self) -> None:
        """Be silent. Idempotent; whoever listens is closed by the links."""
        await self._discovery.close()

    # --- being there --------------------------------------------------------------------------------

    async def listen(self, options: FleetOptions) -> None:
        """Listen where ``options`` say, and announce that; what does not work is said by `sharing`."""
        try:
            await self._links.listen([(address, options.port) for address in options.addresses])
        except ConfigError as error:
            self._trouble = str(error)
            log.warning("this machine is not shared: %s", error)
            return
        self._trouble = ""
        log.info("this machine is shared on %s", ", ".join(self._listening()))
        self._announces = options.announce
        await self._announce(options.announce)

    async def unlisten(self) -> None:
        """Nobody gets in any more, and those who are in are sent away."""
        self._trouble = ""
        await self._discovery.announce(None)
        await self._links.unlisten()
        self._links.dismiss(Reason.DISABLED_HERE)

    def sharing(self, options: FleetOptions, invitation: Invitation | None) -> Sharing:
        """How this machine is shared now."""
        written = self._listening()
        addresses = self._links.server.addresses
        port = addresses[0][1] if addresses else options.port
        return Sharing(bool(written), written, port, self._discovery.announcing, self._trouble, invitation)

    def _listening(self) -> tuple[str, ...]:
        return tuple(
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self._links.server.addresses
        )

    def addresses(self) -> list[str]:
        """Where others reach this machine: "host:port"."""
        return own_addresses(self._links.server.addresses)

    async def _announce(self, wanted: bool) -> None:
        listening = self._links.server.addresses
        usable = [address for host, _ in listening for address in meant_by(host) if not is_loopback(address)]
        if not wanted or not usable:
            await self._discovery.announce(None)
            return
        addresses = tuple(dict.fromkeys(usable))
        await self._discovery.announce(
            Announcement(self._own, self._name(), listening[0][1], addresses, platform.system())
        )

    # --- others -------------------------------------------------------------------------------------

    @property
    def found(self) -> tuple[Found, ...]:
        """Machines that announce themselves, while somebody looks for them."""
        return self._discovery.found if self._looks else ()

    async def look_around(self, on: bool) -> None:
        """Listen for machines that announce themselves, while ``on``."""
        self._looks = on
        await self._discovery.look(on or self._misses)
        self._on_change()

    async def miss(self, on: bool) -> None:
        """Listen for machines that announce themselves while ``on``: a peer may be at another address now."""
        self._misses = on
        await self._discovery.look(on or self._looks)

    async def search(self) -> tuple[Found, ...]:
        """Machines on the network that are not known yet: those that are heard within a few seconds."""
        await self._discovery.look(True)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SEARCH):
                    while all(one.paired for one in self._discovery.found):
                        self._heard.clear()
                        await self._heard.wait()
            return self._discovery.found
        finally:
            await self._discovery.look(self._looks or self._misses)

    async def network_changed(self) -> None:
        """Announce the addresses that there are now, and listen on their interfaces."""
        await self._discovery.network_changed()
        await self._announce(self._announces)

    def _knows(self, beginning: str) -> bool:
        return any(peer.startswith(beginning) for peer in self._peers())

    def _discovered(self) -> None:
        """Somebody came or went: a peer that waits is tried where it was heard; its certificate decides."""
        self._heard.set()
        for one in self._discovery.found:
            for peer in self._peers():
                if peer.startswith(one.id):
                    self._links.seen(peer, one.address)
        self._on_change()
