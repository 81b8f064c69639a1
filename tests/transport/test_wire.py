"""Waiting for messages of a wire, one at a time."""

from __future__ import annotations

import asyncio

import pytest

from sysmon.model.link import Reason
from sysmon.transport.wire import End, Mailbox, Receiver, WireLost


class PaperWire:
    """A wire that only remembers."""

    def __init__(self) -> None:
        self.spelling = "paper"
        self.address = "desk"
        self.peer_certificate = b""
        self.own_certificate = b""
        self.room = True
        self.in_flight = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.receiver: Receiver | None = None
        self.sent: list[bytes] = []
        self.closed: list[Reason] = []

    def attach(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def widen(self, size: int) -> None:
        pass

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self, reason: Reason, text: str = "", limit: float = 2.0) -> None:
        self.closed.append(reason)

    def abort(self) -> None:
        self.closed.append(Reason.CUT)


async def test_messages_are_taken_in_order() -> None:
    wire = PaperWire()
    box = Mailbox(wire)
    assert wire.receiver is box
    box.message(b"one")
    box.message(b"two")
    assert [await box.take(), await box.take()] == [b"one", b"two"]


async def test_taking_waits_for_a_message_and_may_be_cancelled() -> None:
    box = Mailbox(PaperWire())
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(box.take())
        group.create_task(asyncio.to_thread(lambda: None)).add_done_callback(lambda _: box.message(b"late"))
    assert waiting.result() == b"late"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await box.take()
    box.message(b"again")
    assert await box.take() == b"again"


async def test_what_came_before_the_end_can_still_be_taken() -> None:
    box = Mailbox(PaperWire())
    box.message(b"last")
    box.lost(End(Reason.CUT, "reset"))
    assert await box.take() == b"last"
    with pytest.raises(WireLost, match="reset") as caught:
        await box.take()
    assert caught.value.end.reason is Reason.CUT
    assert (await box.gone()).reason is Reason.CUT


async def test_a_peer_that_talks_without_being_asked_loses_the_wire() -> None:
    wire = PaperWire()
    box = Mailbox(wire, most=2)
    for _ in range(3):
        box.message(b"chatter")
    assert wire.closed == [Reason.TOO_FAST]


async def test_waiting_for_the_end() -> None:
    box = Mailbox(PaperWire())
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(box.gone())
        group.create_task(asyncio.to_thread(lambda: None)).add_done_callback(lambda _: box.lost(End(Reason.DRAINING)))
    assert gone.result().reason is Reason.DRAINING
