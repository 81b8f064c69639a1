"""The room opens and closes as it says, serves many, and outlives whoever comes."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sysmon.model.errors import ConfigError
from sysmon.model.link import Reason
from sysmon.protocol.pairing import Guest, Secret
from sysmon.protocol.pairing_code import CODE_LIFE
from sysmon.protocol.pairing_link import LINK_LIFE, JoinLink, format_link, parse_link
from sysmon.protocol.pairing_messages import Card, Refuse, decode
from sysmon.transport import pairing_room
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.pairing_room import MOST_GUESTS, PairingRoom
from sysmon.transport.wire import WireLost
from tests.transport.test_identity import certificate_of
from tests.transport.test_pairing import refused
from tests.transport.tls_wires import Machine


async def test_it_shows_a_code_and_a_link_and_renews_the_code(tmp_path: Path) -> None:
    async with Machine(tmp_path, "atlas") as atlas:
        assert not atlas.room.is_open
        first = atlas.room.open()
        assert atlas.room.is_open
        assert (first.code_until, first.link_until) == (1e9 + CODE_LIFE, 1e9 + LINK_LIFE)
        assert parse_link(first.link).id == atlas.book.identity.id
        assert parse_link(first.link).addresses == (atlas.address,)
        atlas.time += 60
        again = atlas.room.open()
        assert again.code != first.code
        assert (again.code_until, again.link, again.link_until) == (1e9 + 60 + CODE_LIFE, first.link, 1e9 + LINK_LIFE)
        # The code that is shown no longer is a wrong one.
        assert (await refused(Machine(tmp_path, "desk"), atlas.address, first.code)).reason is Reason.CODE_WRONG
        atlas.time += LINK_LIFE
        assert atlas.room.open().link != first.link
        atlas.room.close()
        atlas.room.close()
        assert not atlas.room.is_open
        assert atlas.changes == 5


async def test_it_closes_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Machine(tmp_path, "atlas") as atlas:
        atlas.room.open()
        atlas.room.expire()
        assert atlas.room.is_open
        atlas.time += LINK_LIFE
        assert atlas.room.invitation is None
        assert atlas.changes == 1
        atlas.room.expire()
        assert atlas.changes == 2
        monkeypatch.setattr(pairing_room, "CODE_LIFE", 0.0)
        monkeypatch.setattr(pairing_room, "LINK_LIFE", 0.0)
        closed = asyncio.Event()
        atlas.room._on_change = lambda: closed.set() if atlas.room._shown is None else None
        atlas.room.open()
        await asyncio.wait_for(closed.wait(), 5)


async def test_a_machine_that_listens_nowhere_invites_nobody(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not shared"):
        Machine(tmp_path, "atlas").room.open()


async def test_of_two_that_know_the_code_one_comes_in(tmp_path: Path) -> None:
    async with Machine(tmp_path, "atlas") as atlas:
        code = atlas.room.open().code
        machines = [Machine(tmp_path, f"desk{number}") for number in range(3)]
        outcomes = await asyncio.gather(
            *(machine.pair(atlas.address, code) for machine in machines), return_exceptions=True
        )
        assert len(atlas.book.peers()) == 1
        assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


async def test_an_enrolment_file_lets_in_as_many_as_it_says(tmp_path: Path) -> None:
    async with Machine(tmp_path, "hub") as hub:
        made = hub.enrolments.make(2, 3600.0)
        link = format_link(JoinLink((hub.address,), hub.book.identity.id, made.token))
        assert hub.room.is_open
        assert hub.room.invitation is None
        await asyncio.gather(*(Machine(tmp_path, f"m{number}").pair(link) for number in range(2)))
        assert len(hub.book.peers()) == 2
        assert (await refused(Machine(tmp_path, "m3"), link)).reason is Reason.CODE_EXPIRED
        assert not hub.room.is_open
        late = hub.enrolments.make(1, 60.0)
        hub.time += 60.0
        link = format_link(JoinLink((hub.address,), hub.book.identity.id, late.token))
        assert (await refused(Machine(tmp_path, "m3"), link)).reason is Reason.CODE_EXPIRED


async def test_a_code_is_no_use_while_only_a_file_is_valid(tmp_path: Path) -> None:
    async with Machine(tmp_path, "hub") as hub:
        hub.enrolments.make(2, 3600.0)
        assert (await refused(Machine(tmp_path, "desk"), hub.address, "acid acorn actor")).reason is (
            Reason.PAIRING_CLOSED
        )


async def test_guests_at_once_are_few(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        atlas.room.open()
        held = [await desk.knock(atlas) for _ in range(MOST_GUESTS)]
        _, box = await desk.knock(atlas)
        assert decode(await box.take()) == Refuse(Reason.BUSY.number)
        assert (await box.gone()).reason is Reason.BUSY
        for wire, _ in held:
            wire.abort()
        await atlas.settled()
        assert (await desk.pair(atlas.address, atlas.room.open().code)).name == "atlas"


async def test_many_guesses_at_once_are_three(tmp_path: Path) -> None:
    """Everybody asks first and proves later, so that all have been offered a key before the first is judged."""
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        code = atlas.room.open().code
        guests: list[tuple[Guest, object, object, bytes]] = []
        for number in range(8):
            wire, box = await desk.knock(atlas)
            guess = Secret.of_code(code if number == 5 else "acid-acorn-actor")
            card = Card("desk", desk.book.identity.certificate)
            guest = Guest(card, guess, wire.peer_certificate, desk.book.identity.sign, secrets.token_bytes)
            wire.send(guest.begin())
            guests.append((guest, wire, box, guest.receive(await box.take()).send))
        reasons: list[Reason | None] = []
        for guest, wire, box, proof in guests:
            wire.send(proof)
            reasons.append(guest.receive(await box.take()).reason)
        assert reasons == [Reason.CODE_WRONG] * 3 + [Reason.PAIRING_CLOSED] * 5
        assert atlas.book.peers() == ()


async def test_a_certificate_that_cannot_be_pinned_is_refused(tmp_path: Path) -> None:
    """It is not named after its key, though the key is there and the code is right."""
    desk = Machine(tmp_path, "desk")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certificate_of(key)
    async with Machine(tmp_path, "atlas") as atlas:
        secret = Secret.of_code(atlas.room.open().code)
        wire, box = await desk.knock(atlas)

        def sign(content: bytes) -> bytes:
            return key.sign(content, ec.ECDSA(hashes.SHA256()))

        guest = Guest(Card("desk", certificate), secret, wire.peer_certificate, sign, secrets.token_bytes)
        wire.send(guest.begin())
        wire.send(guest.receive(await box.take()).send)
        assert guest.receive(await box.take()).reason is Reason.WRONG_PIN
        await atlas.settled()
        assert atlas.book.peers() == ()


async def test_a_guest_that_says_nothing_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing_room, "LIMIT", 0.05)
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        atlas.room.open()
        _, box = await desk.knock(atlas)
        assert (await box.gone()).reason is Reason.CUT
        assert atlas.notes == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=4))
def test_noise_costs_no_try_and_fills_no_list(noise: list[bytes], tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Machine(tmp_path, "desk")
        async with Machine(tmp_path, "atlas") as atlas:
            atlas.room.open()
            wire, box = await desk.knock(atlas)
            for message in noise:
                wire.send(message)
            with contextlib.suppress(WireLost):
                while True:
                    assert isinstance(decode(await box.take()), Refuse)
            assert atlas.room.invitation is not None
            assert atlas.room.invitation.tries_left == 3
            assert atlas.notes == []

    asyncio.run(scene())


async def test_nothing_is_left_of_many_visits(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        atlas.room.open()
        for _ in range(100):
            wire, box = await desk.knock(atlas)
            wire.close(Reason.NOT_WANTED)
            await box.gone()
        await atlas.settled()
        assert atlas.room._guests == 0
        assert len(asyncio.all_tasks()) == 1


async def test_an_enrolment_keeps_the_room_open_until_it_is_used_up_or_withdrawn(tmp_path: Path) -> None:
    heard: list[bool] = []
    trust = Machine(tmp_path, "hub").book
    room = PairingRoom(
        trust,
        lambda: Card("hub", addresses=["192.0.2.1:4870"]),
        enrolments=Enrolments(tmp_path / "kept"),
        on_change=lambda: heard.append(room.is_open),
    )
    made = room.enrol(2, 60.0)
    assert parse_link(made.link).id == trust.identity.id
    assert room.invitation is None, "nothing is shown"
    assert room.withdraw() == 1
    assert room.withdraw() == 0
    assert heard == [True, False, False]
    with pytest.raises(ConfigError, match="for 1 to"):
        room.enrol(0, 60.0)


async def test_a_machine_that_listens_nowhere_or_keeps_nothing_enrols_nobody(tmp_path: Path) -> None:
    trust = Machine(tmp_path, "hub").book
    with pytest.raises(ConfigError, match="is not shared"):
        PairingRoom(trust, lambda: Card("hub"), enrolments=Enrolments(tmp_path / "kept")).enrol(1, 60.0)
    with pytest.raises(ConfigError, match="cannot be kept"):
        PairingRoom(trust, lambda: Card("hub", addresses=["192.0.2.1:4870"])).enrol(1, 60.0)
