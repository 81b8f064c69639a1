"""From "host:port" to addresses, off the loop and bounded: a resolver that hangs costs threads, and few. Knows no peer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Final, cast

from sysmon.model.link import Reason
from sysmon.pipeline.worker import Worker
from sysmon.transport import failures
from sysmon.transport.failures import Failure

AT_ONCE: Final = 8
"""Names that are looked up at a time; a look-up that hangs keeps its place until it comes back."""
_MOST_ADDRESSES: Final = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to."""

    family: socket.AddressFamily
    host: str
    port: int
    flow: tuple[int, ...] = ()
    """Flow label and scope of IPv6."""

    @property
    def address(self) -> tuple[str | int, ...]:
        """As the socket module wants it."""
        return (self.host, self.port, *self.flow)


def split(address: str) -> tuple[str, int]:
    """Host and port of "host:port" or "[IPv6]:port". Raises ValueError for anything else."""
    host, colon, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"an IPv6 address wants brackets: [{address}]:port")
    if not colon or not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise ValueError(f"not host:port: {address}")
    return host, int(port)


def join(name: object) -> str:
    """The inverse of `split`, of what a socket says of an end; empty for one that has no port."""
    if not isinstance(name, tuple) or len(cast("tuple[object, ...]", name)) < 2:
        return ""
    host, port = cast("tuple[object, ...]", name)[:2]
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"


class Resolver:
    """Looks names up, each on a thread of its own that nobody has to wait for."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def places(self, address: str) -> list[Place]:
        """All places of "host:port", IPv6 and IPv4 in turn (RFC 8305, section 4). Raises Failure. Cancelling is safe."""
        try:
            host, port = split(address)
        except ValueError as error:
            raise Failure(Reason.NAME_UNKNOWN, str(error)) from None
        literal = _literal(host, port)
        if literal is not None:
            return [literal]
        try:
            found = await self._look_up(host, port)
        except UnicodeError as error:
            raise Failure(Reason.NAME_UNKNOWN, str(error)) from None
        except OSError as error:
            raise failures.of_name(error) from None
        return _in_turn(found)[:_MOST_ADDRESSES]

    async def _look_up(self, host: str, port: int) -> list[Place]:
        loop = asyncio.get_running_loop()

        def job() -> list[Place]:
            try:
                answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            finally:
                loop.call_soon_threadsafe(self._slots.release)
            return [
                Place(family, str(name[0]), int(name[1]), tuple(int(part) for part in name[2:]))
                for family, _, _, _, name in answers
                if family in (socket.AF_INET, socket.AF_INET6)
            ]

        await self._slots.acquire()
        worker = Worker("sysmon-resolver")
        try:
            return await worker.call(job)
        finally:
            worker.close(0.0)


def _literal(host: str, port: int) -> Place | None:
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if number.version == 4:
        return Place(socket.AF_INET, host, port)
    zone = host.partition("%")[2]
    if not zone:
        return Place(socket.AF_INET6, host, port, (0, 0))
    try:
        return Place(
            socket.AF_INET6, str(number), port, (0, int(zone) if zone.isdigit() else socket.if_nametoindex(zone))
        )
    except OSError:
        return None


def _in_turn(places: list[Place]) -> list[Place]:
    first = [place for place in places if place.family == places[0].family]
    second = [place for place in places if place.family != places[0].family]
    turns: list[Place] = []
    for at in range(max(len(first), len(second))):
        turns += first[at : at + 1] + second[at : at + 1]
    return turns
