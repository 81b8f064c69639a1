"""A peer is reached where it was or where it is said to be, whichever answers; nothing of the other way is left."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.transport.approach import Approach
from sysmon.transport.dialer import Dialer
from sysmon.transport.failures import Failure
from sysmon.transport.hints import Hints
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import Mailbox
from tests.transport.leftovers import deaf, nothing_left
from tests.transport.made import Program, closing, plain_pair, secured_pair
from tests.transport.test_dialer import unused

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an address that hangs is made as Linux does it")


class Ways:
    def __init__(self, here: Program, *hints: str) -> None:
        self.hints = Hints()
        for hint in reversed(hints):
            self.hints.add(hint)
        self.tasks = TaskOwner("ways")
        self.dialer = Dialer(Rounds())
        self._approach = Approach(self.dialer, self.tasks, self.hints)
        self._here = here

    async def reach(self, peer: Peer) -> str:
        """Where it was reached, or why not."""
        outcome = await self._approach.reach(
            peer, self._here.trust.client_context(peer), lambda _: None, f"/as/{self._here.id}"
        )
        await self.tasks.close()
        await self.dialer.close()
        if isinstance(outcome, Failure):
            return outcome.reason.name
        address = outcome.address
        outcome.abort()
        await Mailbox(outcome).gone()
        return address


async def test_who_moved_is_found_while_the_old_address_still_hangs() -> None:
    here, there = plain_pair()
    async with nothing_left(), closing(here, there):
        address = await there.listen()
        ways = Ways(here, unused(), address)
        with deaf() as old:
            async with asyncio.timeout(5.0):
                assert await ways.reach(Peer("beta", "beta", addresses=(old,))) == address
        assert list(ways.hints) == [address], "what led nowhere is dropped"


async def test_a_peer_that_is_where_it_was_is_reached_there_whatever_is_said() -> None:
    here, there = plain_pair()
    async with nothing_left(), closing(here, there):
        address = await there.listen()
        with deaf() as elsewhere:
            ways = Ways(here, elsewhere)
            async with asyncio.timeout(5.0):
                assert await ways.reach(Peer("beta", "beta", addresses=(address,))) == address


async def test_a_stranger_who_takes_its_name_is_not_taken_for_it(tmp_path: Path) -> None:
    here, there = secured_pair(tmp_path / "one")
    stranger, _ = secured_pair(tmp_path / "two")
    async with nothing_left(), closing(here, there, stranger):
        ways = Ways(here, await stranger.listen())
        peer = here.trust.get(there.id)
        assert peer is not None
        known = Peer(peer.id, peer.name, peer.certificate, (unused(),))
        assert await ways.reach(known) == Reason.NOBODY_LISTENS.name, "of the address that is known"
        assert list(ways.hints) == []


async def test_both_answer_and_one_is_taken() -> None:
    here, there = plain_pair()
    async with nothing_left(), closing(here, there):
        address = await there.listen()
        ways = Ways(here, address)
        assert await ways.reach(Peer("beta", "beta", addresses=(address,))) == address


async def test_one_that_is_given_up_leaves_nothing() -> None:
    here, there = plain_pair()
    async with nothing_left(), closing(here, there):
        with deaf() as one, deaf() as other:
            ways = Ways(here, one)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await ways.reach(Peer("beta", "beta", addresses=(other,)))
            await ways.tasks.close()
            await ways.dialer.close()
