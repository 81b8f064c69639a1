"""Asking to be paired: dial a machine that shows a code or a link, prove it, keep each other's certificate.

The other side is `pairing_room`. What a pairing means for the list of peers stands here for both. Knows no screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sysmon.model.errors import AuthRefused, ConfigError, Unreachable
from sysmon.model.link import PAIRED, Reason, Retry, Rights
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.protocol.pairing import Guest, Random, Secret
from sysmon.protocol.pairing_code import parse_code
from sysmon.protocol.pairing_link import MOST_ADDRESSES, clean_address, is_link, parse_link
from sysmon.protocol.pairing_messages import Card
from sysmon.transport.identity import id_of
from sysmon.transport.peer_file import SSH_ID
from sysmon.transport.stdio import parse_target
from sysmon.transport.trust import TrustBook
from sysmon.transport.wire import Mailbox, Wire, WireLost

LIMIT: Final = 20.0
"""Seconds that the exchange may take once the wire is open; no user has to do anything during it."""
NOTHING: Final = Rights(metrics=False, processes=False, commands=False, history=False, actions=False)
"""The rights of a peer that does not watch this machine."""

Dial = Callable[[Sequence[str]], Awaitable[Wire]]
"""Opens a wire for pairing to one of some addresses, each "host:port". Raises `AuthRefused`, `Unreachable`."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What the user typed, understood."""

    addresses: tuple[str, ...]
    secret: Secret
    id: str = ""
    """Of the machine that is meant; empty where only its address is known."""

    @property
    def name(self) -> str:
        """How the machine is called until it says its name."""
        return printable(self.addresses[0].rpartition(":")[0])


async def pair_with(
    where: str,
    code: str,
    *,
    dial: Dial,
    trust: TrustBook,
    card: Card,
    now: Callable[[], float] = time.time,
    random: Random = secrets.token_bytes,
) -> Peer:
    """Pair with the machine at ``where``: a link, or "host:port" and the ``code`` that is shown there.

    Both machines know each other afterwards. Raises ConfigError where what was typed means nothing, or the peer cannot
    be kept; `AuthRefused` where the other side refuses or is not the one that is meant; `Unreachable` where trying again
    may help. Cancelling is safe, but the other side may have accepted already.
    """
    errand = _understood(where, code)
    own = msgspec.structs.replace(card, certificate=trust.identity.certificate)
    rounds = [errand.addresses]
    if len(errand.addresses) > 1:
        rounds += [(address,) for address in errand.addresses]
    for addresses in rounds:
        wire = await _open(dial, addresses, errand)
        if errand.id and _id_shown(wire) != errand.id:
            # An address may belong to another machine by now; the next one need not.
            wire.close(Reason.WRONG_PIN)
            continue
        try:
            async with asyncio.timeout(LIMIT):
                met = await _talk(wire, errand, own, trust, random)
        except TimeoutError:
            raise Unreachable(Reason.GREETING_TIMEOUT, errand.name) from None
        finally:
            wire.close(Reason.NOT_WANTED)
        # As the user wrote it rather than what a name led to: that may change.
        reached = [address for address in (wire.address,) if address in addresses]
        peer = acquaintance(trust, met, own, now(), (*reached, *addresses))
        trust.put(peer)
        return peer
    raise AuthRefused(Reason.WRONG_PIN, errand.name)


async def pair_ssh(
    where: str,
    *,
    open_wire: Callable[[str], Awaitable[Wire]],
    trust: TrustBook,
    now: Callable[[], float] = time.time,
) -> Peer:
    """Make a peer of the machine at ``where``, "ssh://user@host", once it has answered over ``open_wire``.

    It can be watched, and watches nothing: ssh is its trust. Raises ConfigError for what is no target or cannot be kept,
    and as `stdio.open_ssh`.
    """
    target = parse_target(where)
    wire = await open_wire(target.address)
    wire.close(Reason.NOT_WANTED)
    machine = SSH_ID + target.words
    known = trust.get(machine)
    if known is not None:
        return known
    name = unique_name(trust, target.host)
    peer = Peer(machine, name, addresses=(target.address,), rights=NOTHING, added=now())
    trust.put(peer)
    return peer


def _understood(where: str, code: str) -> _Errand:
    if is_link(where):
        link = parse_link(where)
        return _Errand(link.addresses, Secret.of_token(link.token), link.id)
    if not code.strip():
        raise ConfigError("Which code? Open pairing on the other machine, and type the three words that it shows.")
    return _Errand((clean_address(where),), Secret.of_code(parse_code(code)))


async def _open(dial: Dial, addresses: Sequence[str], errand: _Errand) -> Wire:
    try:
        return await dial(addresses)
    except (AuthRefused, Unreachable) as error:
        raise refusal(error.reason, errand.name) from error


def refusal(reason: Reason, name: str, text: str = "") -> AuthRefused | Unreachable:
    """The error for ``reason``, which says whether trying again may help."""
    if reason.retry is Retry.NEVER:
        return AuthRefused(reason, name, text)
    return Unreachable(reason, name, text)


def _id_shown(wire: Wire) -> str:
    with contextlib.suppress(ValueError):
        return id_of(wire.peer_certificate)
    return ""


async def _talk(wire: Wire, errand: _Errand, own: Card, trust: TrustBook, random: Random) -> Card:
    """The other side's card, proved. Raises AuthRefused, Unreachable."""
    if not _id_shown(wire):
        raise AuthRefused(Reason.NOT_SYSMON, errand.name)
    mailbox = Mailbox(wire)
    guest = Guest(own, errand.secret, wire.peer_certificate, trust.identity.sign, random)
    wire.send(guest.begin())
    proved = False
    while True:
        try:
            data = await mailbox.take()
        except WireLost as lost:
            name = errand.name
            maybe = (
                f"The connection to {name} broke at the last moment. Look whether it lists this machine, or pair again."
            )
            cut = proved and lost.end.reason is Reason.CUT
            raise refusal(lost.end.reason, name, maybe if cut else "") from lost
        step = guest.receive(data)
        if step.send:
            wire.send(step.send)
        if step.met is not None:
            return step.met
        if step.reason is not None:
            raise refusal(step.reason, errand.name)
        proved = True


def acquaintance(trust: TrustBook, met: Card, own: Card, now: float, reached: Sequence[str] = ()) -> Peer:
    """What the list of peers says of ``met`` from now on; ``reached`` is where it was dialled.

    One that was known keeps what the user decided about it. Two peers never have the same name.
    """
    machine = id_of(met.certificate)
    known = trust.get(machine)
    found = [*reached, *met.addresses, *(known.addresses if known is not None else ())]
    addresses = tuple(dict.fromkeys(found))[:MOST_ADDRESSES]
    watched = own.watch and met.shown
    rights = PAIRED if met.watch and own.shown else NOTHING
    if known is None:
        name = unique_name(trust, met.name)
        return Peer(machine, name, met.certificate, addresses, rights, watched, hub=met.hub, added=now)
    return replace(
        known,
        certificate=met.certificate,
        addresses=addresses,
        rights=rights if known.rights == NOTHING else known.rights,
        watched=known.watched or watched,
        hub=met.hub,
    )


def unique_name(trust: TrustBook, name: str) -> str:
    """``name``, or with a number behind it where another peer has it: a name must say who is meant."""
    taken = {peer.name.casefold() for peer in trust.peers()}
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{name} {number}"
    return found
