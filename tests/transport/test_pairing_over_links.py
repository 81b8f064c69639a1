"""From strangers to figures and back: pairing at the port where links come in, a live link, revocation, pairing again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from sysmon.model.errors import AuthRefused
from sysmon.model.link import LinkState, Reason
from sysmon.protocol.codec import BINARY
from sysmon.protocol.pairing_messages import PATH, SPELLING, Card
from sysmon.transport.dialer import Dialer
from sysmon.transport.failures import Failure
from sysmon.transport.pairing import pair_with, refusal
from sysmon.transport.pairing_room import PairingRoom
from sysmon.transport.trust import TrustBook
from sysmon.transport.wire import Mailbox, Wire
from tests.transport.machines import book
from tests.transport.made import EVERYTHING, Program, closing

WRONG = "acid acorn actor"


class Stranger:
    """A program whose links know nobody yet."""

    def __init__(self, folder: Path, name: str) -> None:
        self.book: TrustBook = book(folder, name)
        self.program = Program(self.book.identity.id, self.book)
        self.card = Card(name)
        self.room = PairingRoom(self.book, lambda: self.card, on_change=self._changed)
        self.dialer = Dialer(self.program.links.rounds)

    def _changed(self) -> None:
        self.program.links.on_pairing = self.room.welcome if self.room.is_open else None

    async def listen(self) -> str:
        address = await self.program.listen()
        self.card = Card(self.card.name, addresses=[address])
        return address

    async def dial(self, addresses: Sequence[str], path: str = PATH, spelling: str = SPELLING) -> Wire:
        context = self.book.pairing_client_context()
        try:
            return await self.dialer.dial(addresses, context, lambda _event: None, path, spelling)
        except Failure as failure:
            raise refusal(failure.reason, addresses[0]) from failure

    async def pair(self, where: str, code: str = "") -> str:
        return (await pair_with(where, code, dial=self.dial, trust=self.book, card=self.card)).id

    async def refused(self, where: str, code: str = "") -> Reason:
        with pytest.raises(AuthRefused) as caught:
            await self.pair(where, code)
        return caught.value.reason


async def test_strangers_become_peers_and_strangers_again(tmp_path: Path) -> None:
    desk, atlas = Stranger(tmp_path, "desk"), Stranger(tmp_path, "atlas")
    async with closing(desk.program, atlas.program):
        address = await atlas.listen()
        assert await desk.refused(address, WRONG) is Reason.PAIRING_CLOSED
        shown = atlas.room.open()
        assert await desk.refused(address, WRONG) is Reason.CODE_WRONG
        peer = await desk.pair(address, shown.code)
        assert peer == atlas.program.id
        assert await desk.refused(address, shown.code) is Reason.PAIRING_CLOSED

        atlas.program.tick()
        desk.program.links.expect(peer, EVERYTHING)
        lease = desk.program.links.want(peer)
        await desk.program.until_state(f"out:{peer}", LinkState.LIVE)
        atlas.program.tick(2)
        await desk.program.until(lambda: len(desk.program.batches) >= 3)

        atlas.book.remove(desk.program.id)
        await desk.program.until_state(f"out:{peer}", LinkState.REFUSED, Reason.REVOKED)
        desk.program.links.retry()
        await desk.program.until_state(f"out:{peer}", LinkState.REFUSED, Reason.NOT_PAIRED)

        # A link pairs them again, at the same port, without a restart of anything.
        assert await desk.pair(atlas.room.open().link) == peer
        desk.program.links.retry()
        await desk.program.until_state(f"out:{peer}", LinkState.LIVE)
        lease.release()
        for stranger in (desk, atlas):
            stranger.room.close()
            await stranger.dialer.close()


async def test_a_stranger_gets_nothing_but_pairing(tmp_path: Path) -> None:
    desk, atlas = Stranger(tmp_path, "desk"), Stranger(tmp_path, "atlas")
    async with closing(desk.program, atlas.program):
        address = await atlas.listen()
        atlas.room.open()
        with pytest.raises(AuthRefused) as caught:
            await desk.dial([address], "/", BINARY)
        assert caught.value.reason is Reason.NOT_PAIRED
        wire = await desk.dial([address])
        assert wire.peer_certificate == atlas.book.identity.certificate
        box = Mailbox(wire)
        wire.send(bytes(9000))
        assert (await box.gone()).reason is not Reason.NOT_WANTED
        atlas.room.close()
        await desk.dialer.close()
    assert len(asyncio.all_tasks()) == 1
