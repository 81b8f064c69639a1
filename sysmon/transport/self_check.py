"""Do the libraries that links stand on work in this installation? Two machines in memory, no connection to anybody.

A frozen program may lack a part that is loaded late. Knows no screen.
"""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path

from sysmon.model.errors import SysmonError
from sysmon.model.peer import Peer
from sysmon.protocol.pairing import Guest, Inviter, Secret, Step
from sysmon.protocol.pairing_messages import Card
from sysmon.transport.discovery import Discovery
from sysmon.transport.identity import Identity, load_or_create, proves
from sysmon.transport.trust import TrustBook

_ROUNDS = 10
"""Turns of a handshake; TLS 1.3 needs three."""


class SelfCheckFailed(SysmonError):
    """Something that links need does not work here."""


def check_trust(folder: Path) -> str:
    """Two new identities in ``folder`` pair by a code and shake hands with pins on both sides; says so.

    Raises SelfCheckFailed; whatever a library raises that is not whole.
    """
    here, there = load_or_create(folder / "here"), load_or_create(folder / "there")
    pair(here, there)
    known_here, known_there = TrustBook(folder / "here", here), TrustBook(folder / "there", there)
    known_here.put(Peer(there.id, "there", there.certificate))
    known_there.put(Peer(here.id, "here", here.certificate))
    version = shake_hands(known_there.client_context(Peer(here.id, "here", here.certificate)), known_here)
    return f"paired by a code, {version} with pins on both sides"


async def check_discovery() -> str:
    """Listen on loopback as for machines that announce themselves; says how that went.

    That this network does not allow it is no fault of the installation. Raises ImportError and the like where it is.
    """
    discovery = Discovery("", lambda _: False, lambda: None, interfaces=("127.0.0.1",))
    try:
        await discovery.look(True)
        return discovery.trouble or "listens"
    finally:
        await discovery.close()


@dataclass(frozen=True, slots=True)
class _Desk:
    """Has one code open."""

    open: Secret

    def secret(self, link: bool, slot: bytes) -> Secret:  # noqa: ARG002  # as `pairing.Desk`
        return self.open

    def proves(self, certificate: bytes, content: bytes, signature: bytes) -> bool:
        return proves(certificate, content, signature)


def pair(inviter: Identity, guest: Identity) -> None:
    """The exchange by which machines learn each other's certificates. Raises SelfCheckFailed."""
    secret = Secret.of_code("granite-lantern-otter")
    theirs = Inviter(Card("here", inviter.certificate), _Desk(secret), secrets.token_bytes)
    ours = Guest(Card("there", guest.certificate), secret, inviter.certificate, guest.sign, secrets.token_bytes)
    offer = theirs.receive(ours.begin())
    done: Step = theirs.receive(ours.receive(offer.send).send)
    met = ours.receive(done.send).met
    if done.met is None or met is None or done.met.certificate != guest.certificate:
        raise SelfCheckFailed(f"two machines could not be paired: {done.reason}")


def shake_hands(client: ssl.SSLContext, known: TrustBook) -> str:
    """The version of TLS that both ends agree on. Raises ssl.SSLError, SelfCheckFailed."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server),
        known.server_context().wrap_bio(to_server, to_client, server_side=True),
    ]
    waiting = list(ends)
    for _ in range(_ROUNDS):
        for end in list(waiting):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(end)
    if waiting or known.by_certificate(ends[1].getpeercert(binary_form=True) or b"") is None:
        raise SelfCheckFailed("two machines that know each other could not make a secured connection")
    return ends[0].version() or "no TLS"
