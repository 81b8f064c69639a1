"""Machines that announce themselves on the local network (mDNS and DNS-SD, RFC 6762 and 6763), and announcing this one.

Nothing that is heard here is trusted: it fills a list to choose from, and pairing decides. Nothing secret is said: a
name, a port, the beginning of the id, and the system's name. The library is loaded when it is first wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sysmon.model.peer import Found
from sysmon.model.printable import printable
from sysmon.pipeline.tasks import TaskOwner

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

log = logging.getLogger(__name__)

SERVICE: Final = "_sysmon._tcp.local."
PORT: Final = 5353
SHORT: Final = 16
"""Characters of the id that are announced: enough to tell a paired machine, too few to take its place."""
MOST_FOUND: Final = 200
MOST_ASKED: Final = 32
"""Machines whose particulars are asked for at a time."""
ASK_LIMIT: Final = 3.0
CLOSE_LIMIT: Final = 3.0
"""Seconds."""
_ID: Final = re.compile(rf"[a-z2-7]{{{SHORT}}}")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said of this machine."""

    id: str
    name: str
    port: int
    addresses: tuple[str, ...]
    """IP addresses on which it listens."""
    system: str = ""


class Discovery:
    """Both directions, each on its own. On one loop; everything may be called again and again."""

    def __init__(
        self,
        own_id: str,
        is_paired: Callable[[str], bool],
        on_change: Callable[[], None],
        interfaces: Sequence[str] = (),
    ) -> None:
        """``is_paired`` tells whether a peer's id begins so; ``on_change`` hears that `found` or `trouble` is another.

        ``interfaces`` are addresses of the network interfaces to use; none: all.
        """
        self._own = own_id[:SHORT]
        self._is_paired = is_paired
        self._on_change = on_change
        self._interfaces = list(interfaces)
        self._turn = asyncio.Lock()
        self._tasks = TaskOwner("discovery")
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._announced: AsyncServiceInfo | None = None
        self._found: dict[str, Found] = {}
        self._asked: set[str] = set()
        self._closed = False
        self.trouble = ""
        """Why nothing is found or announced although it is wanted; a sentence."""

    @property
    def announcing(self) -> bool:
        return self._announced is not None

    @property
    def found(self) -> tuple[Found, ...]:
        """Who was heard, by name. Whether each is paired is as of now."""
        known = (replace(one, paired=self._is_paired(one.id)) for one in self._found.values())
        return tuple(sorted(known, key=lambda one: (one.name.casefold(), one.address)))

    async def announce(self, announcement: Announcement | None) -> None:
        """Announce this machine so from now on; None: no longer. What fails is told by `trouble`.

        Cancelling may leave it announced; call again.
        """
        async with self._turn:
            if self._announced is not None:
                gone, self._announced = self._announced, None
                await self._unregister(gone)
            if announcement is not None and await self._start():
                await self._register(announcement)
            await self._stop_unless_wanted()

    async def look(self, on: bool) -> None:
        """Listen for others while ``on``. What was found is forgotten when it ends. What fails is told by `trouble`."""
        async with self._turn:
            if on and self._browser is None and await self._start():
                from zeroconf.asyncio import AsyncServiceBrowser

                assert self._zeroconf is not None
                self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, SERVICE, handlers=[self._heard])
            elif not on and self._browser is not None:
                await self._stop_browsing()
                self._on_change()
            await self._stop_unless_wanted()

    async def network_changed(self) -> None:
        """Use the interfaces that there are now."""
        async with self._turn:
            if self._zeroconf is not None:
                with contextlib.suppress(OSError, RuntimeError):
                    await self._zeroconf.async_update_interfaces()

    async def close(self) -> None:
        """Say goodbye and leave nothing. Idempotent, bounded."""
        self._closed = True
        await self._tasks.close()
        async with self._turn:
            self._announced = None
            await self._stop_browsing()
            await self._stop_unless_wanted()

    # The library's object lives while anything is wanted of it.

    async def _start(self) -> bool:
        if self._closed:
            return False
        if self._zeroconf is not None:
            return True
        trouble = _why_not()
        if not trouble:
            # What strangers send is not worth a line of log each.
            logging.getLogger("zeroconf").setLevel(logging.ERROR)
            from zeroconf import Error, InterfaceChoice
            from zeroconf.asyncio import AsyncZeroconf

            made: AsyncZeroconf | None = None
            try:
                made = AsyncZeroconf(self._interfaces or InterfaceChoice.All)
                await made.zeroconf.async_wait_for_start()
                self._zeroconf = made
            except (Error, OSError, RuntimeError, ValueError, TimeoutError) as error:
                trouble = f"Machines on the network cannot be found: {printable(str(error))}."
                if made is not None:
                    await self._end(made)
        self._tell(trouble)
        return self._zeroconf is not None

    async def _stop_browsing(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            await browser.async_cancel()
        self._found.clear()

    async def _stop_unless_wanted(self) -> None:
        if self._zeroconf is not None and self._browser is None and self._announced is None:
            gone, self._zeroconf = self._zeroconf, None
            await self._end(gone)

    @staticmethod
    async def _end(zeroconf: AsyncZeroconf) -> None:
        try:
            async with asyncio.timeout(CLOSE_LIMIT):
                await zeroconf.async_close()
        except (OSError, TimeoutError) as error:
            log.warning("discovery did not end well: %s", error or "too slow")

    def _tell(self, trouble: str) -> None:
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if trouble:
            log.warning("%s", trouble)
        self._on_change()

    # Announcing

    async def _register(self, announcement: Announcement) -> None:
        from zeroconf import Error

        assert self._zeroconf is not None
        info = _service(announcement)
        try:
            # No question whether the name is free: it has the id in it, and a stranger could always say no.
            await (await self._zeroconf.async_register_service(info, cooperating_responders=True))  # pyright: ignore[reportUnknownMemberType]
        except (Error, OSError, ValueError) as error:
            self._tell(f"This machine cannot be announced on the network: {printable(str(error))}.")
            return
        self._announced = info
        self._tell("")
        self._on_change()

    async def _unregister(self, info: AsyncServiceInfo) -> None:
        if self._zeroconf is None:
            return
        try:
            async with asyncio.timeout(CLOSE_LIMIT):
                await (await self._zeroconf.async_unregister_service(info))  # pyright: ignore[reportUnknownMemberType]
        except (OSError, KeyError, TimeoutError) as error:
            log.info("the announcement could not be taken back: %s", error or "too slow")

    # Looking

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        """Somebody came, changed or went. Called by the library, which names the arguments."""
        from zeroconf import ServiceStateChange

        if self._browser is None or self._closed:
            return
        if state_change is ServiceStateChange.Removed:
            if self._found.pop(name, None) is not None:
                self._on_change()
            return
        known, has_room = name in self._found, len(self._found) < MOST_FOUND and len(self._asked) < MOST_ASKED
        if name not in self._asked and (known or has_room):
            self._asked.add(name)
            self._tasks.start("ask", self._ask(zeroconf, service_type, name))

    async def _ask(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        from zeroconf import Error
        from zeroconf.asyncio import AsyncServiceInfo

        try:
            info = AsyncServiceInfo(service_type, name)
            if not info.load_from_cache(zeroconf) and not await info.async_request(zeroconf, ASK_LIMIT * 1000):
                return
            found = understood(info.properties, info.parsed_addresses(), info.port)
        except (Error, OSError, ValueError) as error:
            log.debug("an announcement is not understood: %s", printable(str(error)[:200]))
            return
        finally:
            self._asked.discard(name)
        if found is None or found.id == self._own or self._browser is None:
            return
        if self._found.get(name) != found:
            self._found[name] = found
            self._on_change()


def understood(properties: dict[bytes, bytes | None], addresses: Sequence[str], port: int | None) -> Found | None:
    """What a stranger says of itself, cut and made printable; None where it makes no sense."""

    def text(key: bytes, most: int) -> str:
        return printable((properties.get(key) or b"")[: 4 * most].decode("utf-8", "replace").strip())[:most]

    short = text(b"id", SHORT)
    where = _best(addresses)
    if not _ID.fullmatch(short) or not where or port is None or not 0 < port < 65536:
        return None
    return Found(short, text(b"name", 64) or "unnamed", f"{where}:{port}", text(b"system", 32))


def _best(addresses: Sequence[str]) -> str:
    """The address to show and to dial; IPv6 in brackets. Link-local ones of IPv6 say too little by themselves."""
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    for address in addresses:
        with contextlib.suppress(ValueError):
            found.append(ipaddress.ip_address(address))
    usable = [one for one in found if not one.is_multicast and not one.is_unspecified]
    usable = [one for one in usable if not (one.version == 6 and one.is_link_local)]
    usable.sort(key=lambda one: (one.is_link_local, one.version))
    if not usable:
        return ""
    return f"[{usable[0]}]" if usable[0].version == 6 else str(usable[0])


def _service(announcement: Announcement) -> AsyncServiceInfo:
    from zeroconf.asyncio import AsyncServiceInfo

    label = f"sysmon-{announcement.id[:SHORT]}"
    said = {
        "id": announcement.id[:SHORT],
        "name": printable(announcement.name)[:64],
        "system": printable(announcement.system)[:32],
    }
    return AsyncServiceInfo(
        SERVICE,
        f"{label}.{SERVICE}",
        port=announcement.port,
        properties=said,
        server=f"{label}.local.",
        parsed_addresses=list(announcement.addresses),
    )


def _why_not() -> str:
    """Why the port of mDNS cannot be shared here, in a sentence; empty where it can."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if hasattr(socket, "SO_REUSEPORT"):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            probe.bind(("", PORT))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Machines on the network cannot be found: another program keeps UDP port {PORT} to itself. "
                "Machines can still be added by their address."
            )
        return f"Machines on the network cannot be found: {error.strerror or error}."
    return ""
