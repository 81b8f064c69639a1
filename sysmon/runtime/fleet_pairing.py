"""Letting another machine in, and asking to be let in: what the user does, over the rooms of the transport.

Knows no screen; what a person typed is understood here, by its form.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from sysmon.collectors.interfaces import interface_facts
from sysmon.model.errors import ConfigError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.peer import Enrolment, Found, Invitation, Peer
from sysmon.protocol.pairing_code import parse_code
from sysmon.protocol.pairing_link import MOST_ADDRESSES, is_link
from sysmon.protocol.pairing_messages import Card
from sysmon.protocol.states import LinkEvent
from sysmon.transport.dialer import Dialer
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.failures import Failure
from sysmon.transport.pairing import pair_ssh, pair_with, refusal
from sysmon.transport.pairing_room import PairingNote, PairingRoom
from sysmon.transport.pool import Links
from sysmon.transport.server import PAIRING
from sysmon.transport.stdio import is_ssh, open_ssh
from sysmon.transport.trust import TrustBook
from sysmon.transport.wire import CLOSE_LIMIT, Mailbox, Wire

PATH: Final = "/pair"
CROWDED: Final = 60.0
"""Seconds for which one who has a link knocks again where many others do at the same time."""
_PAUSE: Final = (0.3, 2.0)
_FULL: Final = frozenset({Reason.BUSY, Reason.RATE_LIMITED})
_HUNG_UP: Final = frozenset({Reason.CUT, Reason.TLS_FAILED})
"""What a door looks like that is shut because there are too many at it."""


class FleetPairing:
    """Owned by the fleet's core; everything on the engine's loop."""

    def __init__(
        self,
        links: Links,
        trust: TrustBook,
        enrolments: Enrolments,
        card: Callable[[], Card],
        on_change: Callable[[], None],
        on_note: Callable[[PairingNote], None],
    ) -> None:
        """``card`` is who this machine is; ``on_change`` is told when the invitation is another one or gone."""
        self._links = links
        self._trust = trust
        self._card = card
        self._changed = on_change
        self._dialer = Dialer(links.rounds)
        self._room = PairingRoom(trust, card, enrolments=enrolments, on_change=self._listen, on_note=on_note)
        self._listen()

    async def close(self) -> None:
        """Pairing is over. Idempotent."""
        self._room.close()
        await self._dialer.close()

    @property
    def invitation(self) -> Invitation | None:
        return self._room.invitation

    def invite(self) -> Invitation:
        """Show a code and a link. Raises ConfigError where this machine listens nowhere."""
        return self._room.open()

    def uninvite(self) -> None:
        self._room.close()

    def enrol(self, uses: int, life: float) -> Enrolment:
        """See `PairingRoom.enrol`."""
        return self._room.enrol(uses, life)

    def withdraw(self) -> int:
        """See `PairingRoom.withdraw`."""
        return self._room.withdraw()

    def _listen(self) -> None:
        self._links.on_pairing = self._room.welcome if self._room.is_open else None
        self._changed()

    async def pair(self, where: str, code: str, found: Sequence[Found], *, publish: bool = False) -> Peer:
        """Pair with what the user typed: a link, an address and a code, or a code alone, which is tried on the one that was ``found``.

        ``publish``: the other may watch this machine, also where it listens nowhere. Raises as `pair_with`; ConfigError where it is not clear which machine is meant.
        """
        where, code = where.strip(), code.strip()
        if is_code_alone(where, code):
            code = parse_code(where)
            where = address_of(found)
        card = self._card()
        if publish:
            card = msgspec.structs.replace(card, shown=True)
        until = time.monotonic() + CROWDED
        while True:
            try:
                return await self._pair_once(where, code, card)
            except _CrowdedError as error:
                if not is_link(where) or time.monotonic() >= until:
                    raise error.why from None
            # With one enrolment file a whole farm may join at once.
            await asyncio.sleep(random.uniform(*_PAUSE))  # noqa: S311  # to spread them, not to keep a secret

    async def _pair_once(self, where: str, code: str, card: Card) -> Peer:
        """Raises _CrowdedError where nothing was said yet, as the other side has too many visitors."""
        wires: list[Wire] = []

        async def dial(addresses: Sequence[str]) -> Wire:
            wires.append(await self._dial(addresses))
            return wires[-1]

        try:
            return await pair_with(where, code, dial=dial, trust=self._trust, card=card)
        except Unreachable as error:
            if error.reason in _FULL or (error.reason in _HUNG_UP and not wires):
                raise _CrowdedError(error) from error
            raise
        finally:
            # A command ends right after this: then nothing may be left of the connection.
            for wire in wires:
                await hung_up(wire)

    async def through_ssh(self, where: str) -> Peer:
        """Remember a machine that is reached through ssh, once it was seen to work. Raises as `pair_ssh`."""
        wires: list[Wire] = []

        async def dial(target: str) -> Wire:
            wires.append(await open_ssh(target))
            return wires[-1]

        try:
            return await pair_ssh(where, open_wire=dial, trust=self._trust)
        finally:
            for wire in wires:
                await hung_up(wire)

    async def _dial(self, addresses: Sequence[str]) -> Wire:
        context: ssl.SSLContext = self._trust.pairing_client_context()
        try:
            return await self._dialer.dial(addresses, context, _unheard, PATH, PAIRING)
        except Failure as failure:
            raise refusal(failure.reason, addresses[0].rpartition(":")[0]) from failure


async def hung_up(wire: Wire) -> None:
    """Close ``wire`` and wait until it is gone, at most a little longer than the other side may take to hang up, too."""
    wire.close(Reason.NOT_WANTED)
    try:
        async with asyncio.timeout(CLOSE_LIMIT + 0.5):
            await Mailbox(wire).gone()
    finally:
        wire.abort()


class _CrowdedError(Exception):
    """The other side has no time for a stranger now."""

    def __init__(self, why: Unreachable) -> None:
        super().__init__(str(why))
        self.why = why


def is_code_alone(where: str, code: str) -> bool:
    """Whether the user typed no address, so that the machine has to be found."""
    return not code.strip() and not is_link(where.strip()) and not is_ssh(where)


def _unheard(_: LinkEvent) -> None:
    """How far a pairing has come is not shown step by step."""


def address_of(found: Sequence[Found]) -> str:
    """The address of the one machine that can be meant. Raises ConfigError where there is none, or more than one."""
    strangers = [one for one in found if not one.paired]
    if len(strangers) == 1:
        return strangers[0].address
    if strangers:
        names = ", ".join(f"{one.name} ({one.address})" for one in strangers[:8])
        raise ConfigError(f"Which machine shows that code? Put its address before it. Found are {names}.")
    raise ConfigError(
        "No machine was found on this network. Put the address of the other machine before the code, "
        "for example: atlas:4870 granite-lantern-otter"
    )


def own_addresses(listening: Sequence[tuple[str, int]]) -> list[str]:
    """Where others can reach what listens on ``listening`` (host, port): addresses instead of "all of them", IPv4 first."""
    found: dict[str, None] = {}
    for host, port in listening:
        for address in meant_by(host):
            found[f"[{address}]:{port}" if ":" in address else f"{address}:{port}"] = None
    return list(found)[:MOST_ADDRESSES]


def meant_by(host: str) -> list[str]:
    """The addresses of this machine that ``host`` stands for, loopback ones last; a name stands for itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return [host]
    if not address.is_unspecified:
        return [host]
    every = [ipaddress.ip_address(text) for one in interface_facts() for text in one.addresses]
    usable = [one for one in every if one.version == address.version and not one.is_link_local]
    return [str(one) for one in sorted(usable, key=lambda one: one.is_loopback)]


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
