"""Listening: one port for peers, for pairing, and for `/healthz` and `/metrics`. Knows no session.

A connection counts as a stranger's until its certificate is that of a peer; before that it has 8 KiB, ten seconds and
one of a few places (see `admission`). A peer opens its WebSocket at ``/``; at ``/pair`` anybody may, while pairing is open.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.codec import BINARY, JSON
from sysmon.protocol.pairing_messages import PATH
from sysmon.protocol.pairing_messages import SPELLING as PAIRING
from sysmon.transport.admission import Admission, Pace
from sysmon.transport.dialer import prepare
from sysmon.transport.failures import REASON_HEADER
from sysmon.transport.port import Trust
from sysmon.transport.rounds import Rounds, Timer
from sysmon.transport.websocket import ServerWire
from sysmon.transport.wire import CLOSE_LIMIT, Wire

log = logging.getLogger(__name__)

PROOF_LIMIT: Final = 10.0
"""Seconds until a connection is secure, and has said what it wants."""
_BACKLOG: Final = 256
_PAUSE: Final = 0.5
"""Seconds without accepting where the system gives no more descriptors."""
_AT_ONCE: Final = 8
"""Connections without proof from which on the next one is accepted only after a moment, or when one proved itself."""
_BREATH: Final = 0.1
_RETRY_AFTER: Final = 5
_PLAIN: Final = "/as/"
"""Without TLS, in benchmarks and tests: the path under which a peer says its id."""


class Reception(Protocol):
    """Whoever takes the wires that were let in."""

    def admits(self, peer: Peer) -> Reason | None:
        """Why ``peer`` is not let in now; None where it is."""
        ...

    def arrived(self, wire: Wire, peer: Peer) -> None:
        """``peer`` opened ``wire``."""
        ...

    def pairing_open(self) -> bool: ...

    def pairing_arrived(self, wire: Wire, joined: Callable[[], None]) -> None:
        """Somebody wants to be paired with; ``joined`` is to be called once it was."""
        ...


class Server:
    """All listeners of this program."""

    def __init__(self, trust: Trust, rounds: Rounds, reception: Reception, admission: Admission | None = None) -> None:
        self.admission = admission or Admission()
        self.metrics: Callable[[], str] | None = None
        """What ``/metrics`` answers (OpenMetrics); None: there is no such page."""
        self.healthy: Callable[[], bool] = lambda: True
        """What ``/healthz`` answers."""
        self.names = frozenset({"localhost", *_own_names()})
        """Names under which this machine may be asked for; any other is a browser that was led here."""
        self._trust = trust
        self._rounds = rounds
        self._reception = reception
        self.pace = Pace(500.0, 200.0)
        """How many peers may come in, whoever they are: each costs a handshake."""
        self._tasks = TaskOwner("server")
        self._listeners: dict[socket.socket, asyncio.Task[object]] = {}
        self._wires: dict[ServerWire, _Visit] = {}
        self._full = False
        self._keyless = False
        self._left = asyncio.Event()

    # Listening.

    async def listen(self, addresses: Sequence[tuple[str, int]]) -> None:
        """Listen on ``addresses``, and no longer on others. Raises ConfigError where one cannot be had; then none is."""
        await self.unlisten()
        made: list[socket.socket] = []
        for host, port in addresses:
            try:
                made.append(_listener(host, port))
            except OSError as error:
                for sock in made:
                    sock.close()
                raise ConfigError(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from None
        for sock in made:
            self._listeners[sock] = self._tasks.start(f"accept on {sock.getsockname()[1]}", self._accept(sock))

    async def unlisten(self) -> None:
        """Accept nobody any more; those who are in stay. Idempotent."""
        listeners, self._listeners = self._listeners, {}
        for task in listeners.values():
            task.cancel()
        if listeners:
            await asyncio.wait(listeners.values())
        for sock in listeners:
            sock.close()

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where it listens: host and port, of each listener."""
        return tuple((str(name[0]), int(name[1])) for name in (sock.getsockname() for sock in self._listeners))

    async def close(self) -> None:
        """Stop listening, and hang up on everybody who is still there. Idempotent."""
        await self.unlisten()
        await self._tasks.close()
        for wire in list(self._wires):
            wire.abort()
        until = self._rounds.now() + CLOSE_LIMIT
        while self._wires and self._rounds.now() < until:
            self._left.clear()
            await self._rounds.until(until, self._left)

    async def _accept(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                made, name = await loop.sock_accept(sock)
            except OSError as error:
                await self._without(error)
                continue
            self._full = False
            address = str(name[0])
            if not self.admission.arrive(address, self._rounds.now()):
                made.close()
                continue
            visit = _Visit(address)
            self._tasks.start(f"let in {address}", self._let_in(made, visit))
            if self.admission.open >= _AT_ONCE:
                # A crowd that comes back is let in one after the other, and waits in the kernel meanwhile.
                self._left.clear()
                await self._rounds.until(self._rounds.now() + _BREATH, self._left)

    async def _without(self, error: OSError) -> None:
        """No descriptors, or something passing: go on in a moment. Said once."""
        if not self._full:
            log.warning("cannot accept connections: %s", error)
        self._full = True
        await self._rounds.until(self._rounds.now() + _PAUSE)

    async def _let_in(self, sock: socket.socket, visit: _Visit) -> None:
        """Make the connection secure; what follows is a matter of `knock`."""
        wire = ServerWire(self, self._rounds, (BINARY, JSON, PAIRING))
        self._wires[wire] = visit
        visit.timer = self._rounds.at(self._rounds.now() + PROOF_LIMIT, wire.abort)
        try:
            prepare(sock)
            context = self._trust.server_context()
            self._keyless = False
            loop = asyncio.get_running_loop()
            if context is None:
                await loop.connect_accepted_socket(lambda: wire, sock)
            else:
                await loop.connect_accepted_socket(
                    lambda: wire,
                    sock,
                    ssl=context,
                    ssl_handshake_timeout=PROOF_LIMIT,
                    ssl_shutdown_timeout=CLOSE_LIMIT,
                )
        except AuthRefused as error:
            if not self._keyless:
                log.warning("nobody can be let in: %s", error)
            self._keyless = True
            sock.close()
            self.gone(wire)
        except OSError as error:
            # Whoever he was: he is told nothing, and does not fill the log.
            log.debug("a connection from %s did not become secure: %s", visit.address, error)
            sock.close()
            self.gone(wire)
        except BaseException:
            wire.abort()  # as in `Dialer._secure`
            sock.close()
            self.gone(wire)
            raise

    # The gate.

    def knock(self, wire: ServerWire, request: Request) -> Response | None:
        """See `websocket.Gate`."""
        visit = self._wires[wire]
        if not self._host_is_ours(request):
            return _refusal(wire, 421, Reason.ADDRESS_REFUSED, "Ask for this machine by its own name or address.\n")
        path = request.path.partition("?")[0]
        if request.headers.get("Upgrade") is None:
            return self._page(wire, path)
        visit.path = path
        if path == PATH:
            offered = request.headers.get("Sec-WebSocket-Protocol", "")
            if not self._reception.pairing_open():
                return _refusal(wire, 403, Reason.PAIRING_CLOSED, "Pairing is not open.\n")
            return None if PAIRING in offered else _refusal(wire, 400, Reason.NOT_SYSMON, "Not a pairing.\n")
        peer = self._peer(wire, path)
        if peer is None:
            return _refusal(wire, 401, Reason.NOT_PAIRED, "Pair first.\n")
        self._prove(visit)
        reason = self._reception.admits(peer)
        if reason is None and not self.pace.take(self._rounds.now()):
            reason = Reason.RATE_LIMITED
        if reason is not None:
            return _refusal(wire, 503, reason, "Come back later.\n")
        visit.peer = peer
        return None

    def opened(self, wire: ServerWire) -> None:
        """See `websocket.Gate`."""
        visit = self._wires[wire]
        if (wire.spelling == PAIRING) != (visit.path == PATH):
            wire.close(Reason.NOT_SYSMON)
            return
        # From here on whoever takes the wire minds the time.
        self._stop_timer(visit)
        if visit.peer is None:
            self._reception.pairing_arrived(wire, lambda: self._joined(wire))
        else:
            self._reception.arrived(wire, visit.peer)

    def gone(self, wire: ServerWire) -> None:
        """See `websocket.Gate`."""
        visit = self._wires.pop(wire, None)
        if visit is None:
            return
        self._stop_timer(visit)
        if not visit.proved:
            self.admission.leave()
        self._left.set()

    def _peer(self, wire: ServerWire, path: str) -> Peer | None:
        if self._trust.server_context() is None:
            return self._trust.get(path.removeprefix(_PLAIN)) if path.startswith(_PLAIN) else None
        return self._trust.by_certificate(wire.peer_certificate) if path == "/" and wire.peer_certificate else None

    def _joined(self, wire: ServerWire) -> None:
        """A stranger has become a peer: of many who join from one address nobody waits because of the others."""
        visit = self._wires.get(wire)
        if visit is not None and not visit.proved:
            self._prove(visit)

    def _prove(self, visit: _Visit) -> None:
        visit.proved = True
        self._left.set()
        self.admission.prove(visit.address, self._rounds.now())

    @staticmethod
    def _stop_timer(visit: _Visit) -> None:
        if visit.timer is not None:
            visit.timer.cancel()
            visit.timer = None

    def _host_is_ours(self, request: Request) -> bool:
        """Against DNS rebinding: a browser may be led here by a foreign name, but says the name."""
        hosts = request.headers.get_all("Host")
        if len(hosts) != 1:
            return False
        host = re.sub(r":\d{1,5}$", "", hosts[0]).rstrip(".").lower()
        if host in self.names:
            return True
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(host.strip("[]").partition("%")[0])
            return True
        return False

    def _page(self, wire: ServerWire, path: str) -> Response:
        if path == "/healthz":
            return wire.reject(200, "ok\n") if self.healthy() else wire.reject(503, "not well\n")
        if path == "/metrics" and self.metrics is not None:
            answer = wire.reject(200, self.metrics())
            del answer.headers["Content-Type"]
            answer.headers["Content-Type"] = "application/openmetrics-text; version=1.0.0; charset=utf-8"
            return answer
        return wire.reject(404, "There is nothing here.\n")


class _Visit:
    """One connection, from accepting on."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.path = ""
        self.peer: Peer | None = None
        self.proved = False
        self.timer: Timer | None = None


def _refusal(wire: ServerWire, status: int, reason: Reason, text: str) -> Response:
    answer = wire.reject(status, text)
    headers: Headers = answer.headers
    headers[REASON_HEADER] = str(reason.number)
    if status == 503:
        headers["Retry-After"] = str(_RETRY_AFTER)
    return answer


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        if hasattr(socket, "SO_REUSEADDR") and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Each family has a listener of its own, so that an address means what it says.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def why_not(host: str) -> str:
    """Why nothing can listen on ``host``, whatever the port; a sentence, empty where it can."""
    try:
        _listener(host, 0).close()
    except OSError as error:
        return f"{host} cannot be listened on: {error.strerror or error}"
    return ""


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return {name, short, f"{short}.local"} - {""}
