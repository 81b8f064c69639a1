"""Peers without keys: for benchmarks and tests of links without TLS. Nothing that a user can set leads here."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable

from sysmon.model.peer import Peer


class PlainTrust:
    """See `transport.port.Trust`. Who dials says who he is, and is believed."""

    def __init__(self, peers: Iterable[Peer] = ()) -> None:
        self._peers = {peer.id: peer for peer in peers}
        self._listeners: list[Callable[[], None]] = []

    def put(self, peer: Peer) -> None:
        """Know ``peer`` from now on."""
        self._peers[peer.id] = peer
        self._tell()

    def remove(self, peer: str) -> None:
        """Know ``peer`` no longer."""
        self._peers.pop(peer, None)
        self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()

    def peers(self) -> tuple[Peer, ...]:
        return tuple(self._peers.values())

    def get(self, peer: str) -> Peer | None:
        return self._peers.get(peer)

    def by_certificate(self, certificate: bytes) -> Peer | None:  # noqa: ARG002
        return None

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def server_context(self) -> ssl.SSLContext | None:
        return None

    def client_context(self, peer: Peer) -> ssl.SSLContext | None:  # noqa: ARG002
        return None

    def pairing_client_context(self) -> ssl.SSLContext | None:
        return None
