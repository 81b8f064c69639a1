"""One try to reach a peer: names, addresses, TCP, TLS with the peer's pin, WebSocket. Knows no retry and no session."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from websockets.exceptions import InvalidHandshake, InvalidStatus

from sysmon.model.link import Reason
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.codec import BINARY
from sysmon.protocol.states import LinkEvent
from sysmon.transport import failures
from sysmon.transport.failures import Failure
from sysmon.transport.resolver import Place, Resolver, split
from sysmon.transport.rounds import Rounds
from sysmon.transport.websocket import ClientWire, WebSocketWire
from sysmon.transport.wire import CLOSE_LIMIT

SEND_BUFFER: Final = 1 << 16
"""Bytes that the kernel keeps of what is sent, about: what lies there is old when it arrives, and cannot be taken back."""


@dataclass(frozen=True, slots=True)
class DialLimits:
    """Most seconds that each step may take."""

    resolve: float = 5.0
    connect: float = 10.0
    secure: float = 10.0
    upgrade: float = 10.0
    stagger: float = 0.25
    """After so long without an answer of one address the next one is tried beside it (RFC 8305, section 5)."""


class Dialer:
    """Dials. One for all links."""

    def __init__(self, rounds: Rounds, limits: DialLimits | None = None) -> None:
        self._rounds = rounds
        self._limits = limits or DialLimits()
        self._resolver = Resolver()
        self._tasks = TaskOwner("dialer")

    async def dial(
        self,
        addresses: Sequence[str],
        context: ssl.SSLContext | None,
        stage: Callable[[LinkEvent], None],
        path: str = "/",
        spelling: str = BINARY,
    ) -> ClientWire:
        """An open wire to one of ``addresses``, each "host:port"; ``stage`` hears how far it has come.

        Raises Failure. Cancelling hangs up.
        """
        places = await self._resolve(addresses)
        stage(LinkEvent.RESOLVED)
        failed: list[Failure] = []
        while places:
            try:
                sock, place = await self._connect(places)
            except Failure as failure:
                failed.append(failure)
                break
            if not failed:
                stage(LinkEvent.CONNECTED)
            try:
                wire = await self._upgrade(sock, place, context, path, spelling)
            except Failure as failure:
                # One address may lead to another machine by now, while the next one still leads to the peer.
                failed.append(failure)
                places.remove(place)
            else:
                stage(LinkEvent.SECURED)
                return wire
        raise failures.worst_of(failed)

    async def answers(self, addresses: Sequence[str], context: ssl.SSLContext | None, certificate: bytes) -> bool:
        """Whether the owner of ``certificate`` serves those who show none: if so, it hung up because of ours."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            sock, place = await self._connect(await self._resolve(addresses))
            wire = await self._secure(sock, place, context, "/healthz", BINARY, opened)
        except Failure:
            return False
        try:
            async with asyncio.timeout(self._limits.upgrade):
                await opened
        except InvalidStatus:
            return wire.peer_certificate == certificate
        except (InvalidHandshake, OSError, EOFError):
            return False
        finally:
            wire.abort()
        return False

    async def close(self) -> None:
        """End what is still under way."""
        await self._tasks.close()

    # Names and addresses.

    async def _resolve(self, addresses: Sequence[str]) -> list[Place]:
        """All places of ``addresses``, in their order. Raises Failure where there is none."""
        if len(addresses) == 1:
            outcomes = [await self._look_up(addresses[0])]
        else:
            tasks = [self._tasks.start(f"look up {address}", self._look_up(address)) for address in addresses]
            try:
                outcomes = await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
        found = [place for outcome in outcomes if isinstance(outcome, list) for place in cast("list[Place]", outcome)]
        if found:
            return list(dict.fromkeys(found))
        failed = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
        raise failures.worst_of(failed) if failed else Failure(Reason.NAME_UNKNOWN, "no address is known")

    async def _look_up(self, address: str) -> list[Place] | Failure:
        try:
            async with asyncio.timeout(self._limits.resolve):
                return await self._resolver.places(address)
        except TimeoutError:
            return Failure(Reason.NAME_UNKNOWN, "the name server does not answer")
        except Failure as failure:
            return failure

    # TCP.

    async def _connect(self, places: list[Place]) -> tuple[socket.socket, Place]:
        """The first of ``places`` that answers. Raises Failure."""
        failed: list[Failure] = []
        try:
            async with asyncio.timeout(self._limits.connect):
                if len(places) == 1:
                    outcome = await self._try(places[0])
                    if not isinstance(outcome, Failure):
                        return outcome, places[0]
                    failed.append(outcome)
                else:
                    return await self._race(places, failed)
        except TimeoutError:
            failed.append(Failure(Reason.CONNECT_TIMEOUT))
        raise failures.worst_of(failed)

    async def _race(self, places: list[Place], failed: list[Failure]) -> tuple[socket.socket, Place]:
        waiting = list(places)
        running: dict[asyncio.Task[socket.socket | Failure], Place] = {}
        try:
            while waiting or running:
                if waiting:
                    place = waiting.pop(0)
                    running[self._tasks.start(f"connect to {place.host}", self._try(place))] = place  # pyright: ignore[reportArgumentType]
                await asyncio.wait(
                    running, timeout=self._limits.stagger if waiting else None, return_when=asyncio.FIRST_COMPLETED
                )
                for task in [task for task in running if task.done()]:
                    outcome = task.result()
                    place = running.pop(task)
                    if not isinstance(outcome, Failure):
                        return outcome, place
                    failed.append(outcome)
        finally:
            for task in running:
                task.cancel()
                task.add_done_callback(_drop)
        raise failures.worst_of(failed)

    async def _try(self, place: Place) -> socket.socket | Failure:
        try:
            sock = socket.socket(place.family, socket.SOCK_STREAM)
        except OSError as error:
            return failures.of_connecting(error)
        try:
            sock.setblocking(False)
            prepare(sock)
            await asyncio.get_running_loop().sock_connect(sock, place.address)
        except OSError as error:
            sock.close()
            return failures.of_connecting(error)
        except BaseException:
            sock.close()
            raise
        return sock

    # TLS and WebSocket.

    async def _secure(
        self,
        sock: socket.socket,
        place: Place,
        context: ssl.SSLContext | None,
        path: str,
        spelling: str,
        opened: asyncio.Future[None],
    ) -> ClientWire:
        def settle(trouble: Exception | None) -> None:
            if opened.done():
                return
            if trouble is None:
                opened.set_result(None)
            else:
                opened.set_exception(trouble)
                opened.exception()  # whoever waits sees it; nobody has to

        wire = ClientWire(place.host, place.port, path, (spelling,), self._rounds, settle)
        loop = asyncio.get_running_loop()
        try:
            if context is None:
                await loop.create_connection(lambda: wire, sock=sock)
            else:
                await loop.create_connection(
                    lambda: wire,
                    sock=sock,
                    ssl=context,
                    server_hostname="",
                    ssl_handshake_timeout=self._limits.secure,
                    ssl_shutdown_timeout=CLOSE_LIMIT,
                )
        except OSError as error:
            sock.close()
            raise failures.of_securing(error) from None
        except BaseException:
            # asyncio would say goodbye, and wait for the answer, where the handshake has just succeeded.
            wire.abort()
            sock.close()
            raise
        return wire

    async def _upgrade(
        self, sock: socket.socket, place: Place, context: ssl.SSLContext | None, path: str, spelling: str
    ) -> ClientWire:
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        wire = await self._secure(sock, place, context, path, spelling, opened)
        try:
            async with asyncio.timeout(self._limits.upgrade):
                await opened
        except asyncio.CancelledError:
            wire.abort()
            raise
        except Exception as error:  # noqa: BLE001  # each is given a number; what is unexpected is a fault of ours
            failure = failures.of_upgrading(error)
        else:
            if wire.spelling == spelling:
                return wire
            failure = Failure(Reason.NOT_SYSMON, "another sub-protocol")
        wire.abort()
        raise failure


def prepare(sock: socket.socket) -> None:
    """Set what every connection of ours has."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    # asyncio does so only for sockets whose protocol number was spelt out. Without it a tick that follows a piece of
    # history waits until the peer acknowledges that, which it may do 40 ms later (RFC 896, RFC 1122 section 4.2.3.2).
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def is_stranded(wire: WebSocketWire) -> bool:
    """Whether this machine would reach the other end from another address now than when ``wire`` was made.

    Asks the system for the route; nothing is sent.
    """
    there = split(wire.address)
    try:
        with socket.socket(socket.AF_INET6 if ":" in there[0] else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(there)
            return str(probe.getsockname()[0]) != wire.own_host
    except OSError:
        return True


def _drop(task: asyncio.Task[socket.socket | Failure]) -> None:
    """An address answered after another one did."""
    with contextlib.suppress(asyncio.CancelledError):
        outcome = task.result()
        if not isinstance(outcome, Failure):
            outcome.close()
