"""Benchmark ``trust``: what keys cost: a handshake with pins, a pairing, a context, and letting somebody in no longer.

The floor is a handshake of the same library without pins and without a client's certificate, measured beside it.
"""

from __future__ import annotations

import secrets
import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sysmon.model.errors import AuthRefused
from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.protocol.pairing import Guest, Inviter, Secret, Step
from sysmon.protocol.pairing_messages import Card
from sysmon.runtime.bench.harness import Result
from sysmon.transport.identity import Identity, load_or_create, proves
from sysmon.transport.trust import TrustBook

HANDSHAKE_BOUND: Final = 2.5
"""Times the floor: two signatures and two verifications instead of one each, and the choice of who is known now."""
PAIRING_BOUND: Final = 60.0
"""Milliseconds of both sides together; no user notices it beside the typing."""
CONTEXT_BOUND: Final = 64.0
_CODE: Final = Secret.of_code("granite-lantern-otter")


def run() -> list[Result]:
    """Measure with 500 peers."""
    return measure(500, 40)


def run_quick() -> list[Result]:
    """Measure with 50 peers."""
    return measure(50, 10)


def measure(count: int, rounds: int) -> list[Result]:
    """Measure among ``count`` peers, each figure the least of ``rounds`` rounds."""
    with tempfile.TemporaryDirectory(prefix="sysmon-bench-") as name:
        folder = Path(name)
        here, there = (load_or_create(folder / side) for side in ("here", "there"))
        book, far = TrustBook(folder / "here", here), TrustBook(folder / "there", there)
        book.put(Peer(there.id, "there", there.certificate))
        far.put(Peer(here.id, "here", here.certificate))
        peer = Peer(here.id, "here", here.certificate)
        for number in range(count - 1):
            other = load_or_create(folder / "others" / str(number))
            book.put(Peer(other.id, str(number), other.certificate))
        floor = _least(lambda: handshake(_bare(here, server=True), _bare(here, server=False)), rounds)
        pinned = _least(lambda: handshake(book.server_context(), far.client_context(peer)), rounds)
        pairing = _least(lambda: pair(here, there), max(rounds // 4, 3))
        removal = _least(lambda: _renew(book, far, peer, there), 3)
        return [
            Result("handshake_ms", pinned * 1e3, "ms", note=f"CPU of both sides, {count} peers known"),
            Result("handshake_floor_ms", floor * 1e3, "ms", note="without pins and without a client's certificate"),
            Result("handshake_ratio", pinned / floor, "1", HANDSHAKE_BOUND),
            Result("pairing_ms", pairing * 1e3, "ms", PAIRING_BOUND, "CPU of both sides"),
            Result("pairing_ratio", pairing / floor, "1", note="to the floor"),
            Result("context_kib", _context_size(far, there), "KiB", CONTEXT_BOUND, "for each peer that is dialled"),
            Result("removal_ms", removal * 1e3, "ms", note=f"and the first handshake afterwards, of {count} peers"),
        ]


def _least(work: Callable[[], None], rounds: int) -> float:
    """CPU seconds of this process."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


_FLOORS: Final[dict[bool, ssl.SSLContext]] = {}


def _bare(of: Identity, *, server: bool) -> ssl.SSLContext:
    if server not in _FLOORS:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if server:
            context.load_cert_chain(of.file)
        _FLOORS[server] = context
    return _FLOORS[server]


def handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """One handshake in memory. Raises ssl.SSLError where one side refuses the other."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    caller = client.wrap_bio(down, up, server_hostname=None)
    called = server.wrap_bio(up, down, server_side=True)
    left = [caller, called]
    while left:
        for side in tuple(left):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            left.remove(side)


class _Open:
    """An inviter that has a code open; see `protocol.pairing.Desk`."""

    def secret(self, link: bool, slot: bytes) -> Secret | Reason:  # noqa: ARG002
        return _CODE

    def proves(self, certificate: bytes, content: bytes, signature: bytes) -> bool:
        return proves(certificate, content, signature)


def pair(here: Identity, there: Identity) -> None:
    """One whole exchange, without a network. Raises AuthRefused where it fails."""
    guest = Guest(Card("here", here.certificate), _CODE, there.certificate, here.sign, secrets.token_bytes)
    inviter = Inviter(Card("there", there.certificate), _Open(), secrets.token_bytes)
    offered = inviter.receive(guest.begin())
    done = inviter.receive(guest.receive(offered.send).send)
    met: Step = guest.receive(done.send)
    if met.met is None:
        raise AuthRefused(met.reason or Reason.UNKNOWN)


def _renew(book: TrustBook, far: TrustBook, peer: Peer, there: Identity) -> None:
    """Remove a peer and let it in again; the handshake in between is another one's that comes back."""
    first = book.peers()[-1]
    book.remove(first.id)
    handshake(book.server_context(), far.client_context(peer))
    book.put(first)
    assert book.get(there.id) is not None


def _context_size(far: TrustBook, there: Identity) -> float | None:
    """KiB of resident memory for each context of a client; None where the system does not tell."""
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return None
    peer = Peer(there.id, "x", there.certificate)  # nobody the book knows, so nothing is kept
    kept = [far.client_context(peer) for _ in range(50)]
    before = int(statm.read_text().split()[1])
    kept += [far.client_context(peer) for _ in range(400)]
    return (int(statm.read_text().split()[1]) - before) * 4 / 400
