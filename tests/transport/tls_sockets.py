"""A TLS server and a client on loopback with nothing but the standard library, for the tests of trust."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType

LIMIT = 10.0
"""Seconds after which anything here gives up."""


@dataclass
class Visit:
    """What the server saw of one connection."""

    certificate: bytes = b""
    resumed: bool = False
    error: Exception | None = None


@dataclass
class Visited:
    """What the client saw."""

    certificate: bytes
    session: ssl.SSLSession | None
    version: str | None


@dataclass
class TlsServer:
    """Accepts one connection after the other; each that comes through the handshake is told "hello" and closed."""

    context: ssl.SSLContext
    visits: list[Visit] = field(default_factory=list)

    def __enter__(self) -> TlsServer:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._socket.accept()
            except OSError:
                return
            raw.settimeout(LIMIT)
            visit = Visit()
            try:
                with self.context.wrap_socket(raw, server_side=True) as secured:
                    visit.certificate = secured.getpeercert(binary_form=True) or b""
                    visit.resumed = bool(secured.session_reused)
                    secured.sendall(b"hello")
                    secured.recv(1)
            except OSError as error:
                visit.error = error
                raw.close()
            self.visits.append(visit)

    def call(
        self, context: ssl.SSLContext, session: ssl.SSLSession | None = None, name: str | None = "sysmon.invalid"
    ) -> Visited:
        """Connect, and read what the server says. Raises what the handshake or the read raised."""
        before = len(self.visits)
        try:
            with (
                socket.create_connection(("127.0.0.1", self.port), LIMIT) as raw,
                context.wrap_socket(raw, server_hostname=name, session=session) as secured,
            ):
                said = secured.recv(5)
                if said != b"hello":
                    raise ConnectionResetError("hung up")
                return Visited(secured.getpeercert(binary_form=True) or b"", secured.session, secured.version())
        finally:
            self._wait_for(before + 1)

    def _wait_for(self, count: int) -> None:
        waiting = threading.Event()
        for _ in range(int(LIMIT * 100)):
            if len(self.visits) >= count:
                return
            waiting.wait(0.01)
        raise AssertionError("the server did not see the connection")
