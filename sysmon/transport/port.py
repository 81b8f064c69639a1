"""What links need of the program around them, and of those who keep keys and peers. Protocols only."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Protocol

from sysmon.model.link_report import LinkStep
from sysmon.model.peer import Peer
from sysmon.model.sample import Stretch
from sysmon.protocol.backfill import Archive
from sysmon.protocol.events import Event, Fetch
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.side import Side


class Exchange(Protocol):
    """The program around the links. Everything is called on the engine's loop, and must be quick."""

    @property
    def feed(self) -> Feed: ...

    @property
    def holdings(self) -> Holdings: ...

    @property
    def archive(self) -> Archive | None: ...

    def side(self, peer: Peer) -> Side:
        """What is said to ``peer`` and allowed to it, as of now. The spelling is the links' business."""
        ...

    def deliver(self, link: str, peer: Peer, event: Event) -> None:
        """What came over ``link``: every event of a session but `Fetch`."""
        ...

    def fetch(self, fetch: Fetch) -> Iterable[Stretch]:
        """Rows for back-fill; as many as there are of those asked for."""
        ...

    def stepped(self, step: LinkStep) -> None:
        """A link, dialled or accepted, is in another state."""
        ...


class Trust(Protocol):
    """Who is known here, and the keys to prove it. `trust.TrustBook` is one."""

    def peers(self) -> tuple[Peer, ...]: ...

    def get(self, peer: str) -> Peer | None:
        """The peer with that id."""
        ...

    def by_certificate(self, certificate: bytes) -> Peer | None:
        """The peer that owns ``certificate`` (DER)."""
        ...

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever a peer came, changed or went; the result ends that."""
        ...

    def server_context(self) -> ssl.SSLContext | None:
        """For those who dial here. None: without TLS, which only benchmarks and tests may."""
        ...

    def client_context(self, peer: Peer) -> ssl.SSLContext | None:
        """For dialling ``peer``, whose certificate is the only one that is taken. None as above."""
        ...

    def pairing_client_context(self) -> ssl.SSLContext | None:
        """For looking at a machine: takes every certificate, shows none. None as above."""
        ...
