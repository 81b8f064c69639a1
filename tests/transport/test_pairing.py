"""Two machines pair over real TLS; whatever goes wrong is said in plain words that name the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sysmon.model.errors import AuthRefused, ConfigError, Unreachable
from sysmon.model.link import PAIRED, Reason
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.pairing_code import CODE_LIFE
from sysmon.protocol.pairing_link import LINK_LIFE
from sysmon.protocol.pairing_messages import Card
from sysmon.transport import pairing
from sysmon.transport.framed import FramedWire
from sysmon.transport.pairing import NOTHING, acquaintance, unique_name
from tests.transport.machines import as_peer, identity
from tests.transport.tls_wires import Machine, listening, open_wire, pass_on


async def refused(machine: Machine, where: str, code: str = "") -> AuthRefused | Unreachable:
    before = machine.book.peers()
    with pytest.raises((AuthRefused, Unreachable)) as caught:
        await machine.pair(where, code)
    assert machine.book.peers() == before
    return caught.value


async def test_a_code_makes_two_machines_know_each_other(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        code = atlas.room.open().code
        peer = await desk.pair(atlas.address, code.upper().replace("-", " "))
        assert (peer.id, peer.name, peer.rights) == (atlas.book.identity.id, "atlas", PAIRED)
        assert (peer.addresses, peer.watched, peer.added) == ((atlas.address,), True, 1e9)
        assert desk.book.get(peer.id) == peer
        known = atlas.book.by_certificate(desk.book.identity.certificate)
        assert known is not None
        assert (known.name, known.addresses, known.watched) == ("desk", (), True)
        assert [note.peer for note in atlas.notes] == [known]
        # One code, one machine.
        assert not atlas.room.is_open
        assert (await refused(Machine(tmp_path, "third"), atlas.address, code)).reason is Reason.PAIRING_CLOSED


async def test_a_link_does_so_too_and_once(tmp_path: Path) -> None:
    async with Machine(tmp_path, "atlas") as atlas:
        link = atlas.room.open().link
        atlas.time += CODE_LIFE
        assert (await Machine(tmp_path, "desk").pair(link)).name == "atlas"
        error = await refused(Machine(tmp_path, "third"), link)
        assert error.reason is Reason.CODE_EXPIRED
        atlas.room.open()
        assert (await refused(Machine(tmp_path, "third"), link)).reason is Reason.CODE_EXPIRED


async def test_time_runs_out(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        shown = atlas.room.open()
        atlas.time += CODE_LIFE
        error = await refused(desk, atlas.address, shown.code)
        assert str(error) == "That code has expired. Ask for a new one on 127.0.0.1."
        atlas.time += LINK_LIFE - CODE_LIFE
        assert (await refused(desk, shown.link)).reason is Reason.CODE_EXPIRED
        assert str(await refused(desk, atlas.address, shown.code)) == (
            "127.0.0.1 is not pairing. Open pairing there first."
        )


async def test_guesses_close_the_room(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        code = atlas.room.open().code
        for left in (2, 1):
            assert (await refused(desk, atlas.address, "acid acorn actor")).reason is Reason.CODE_WRONG
            assert atlas.room.invitation is not None
            assert atlas.room.invitation.tries_left == left
        await refused(desk, atlas.address, "acid acorn actor")
        assert atlas.room.invitation is None
        assert (await refused(desk, atlas.address, code)).reason is Reason.PAIRING_CLOSED
        assert [note.reason for note in atlas.notes] == [Reason.CODE_WRONG] * 3


async def test_a_slip_costs_no_try(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        atlas.room.open()
        for where, code in ((atlas.address, "acid acorn"), (atlas.address, ""), ("sysmon://x", ""), ("a b", "x")):
            with pytest.raises(ConfigError):
                await desk.pair(where, code)
        assert atlas.guests == []


async def test_a_man_in_the_middle_is_seen_by_both(tmp_path: Path) -> None:
    """He has a certificate of his own, takes the guest's connection, makes one to the inviter, and carries messages."""
    desk, eve = Machine(tmp_path, "desk"), Machine(tmp_path, "eve")
    tasks = TaskOwner("eve")
    async with Machine(tmp_path, "atlas") as atlas:

        async def between(guest: FramedWire) -> None:
            inviter = await open_wire(atlas.port, eve.book.pairing_client_context())
            tasks.start("back", pass_on(inviter, guest))
            await pass_on(guest, inviter)

        def caught(wire: FramedWire) -> None:
            tasks.start("between", between(wire))

        async with listening(eve.book.server_context(), caught) as port:
            code = atlas.room.open().code
            error = await refused(desk, f"127.0.0.1:{port}", code)
            assert error.reason is Reason.MAN_IN_THE_MIDDLE
            assert str(error) == "Somebody sits between this machine and 127.0.0.1."
            # The inviter saw him too, and the code is worth nothing any more.
            assert [note.reason for note in atlas.notes] == [Reason.MAN_IN_THE_MIDDLE]
            assert not atlas.room.is_open
            # With a link he does not even get the first message.
            link = atlas.room.open().link.replace(str(atlas.port), str(port))
            assert (await refused(desk, link)).reason is Reason.WRONG_PIN
            assert len(atlas.notes) == 1
            await tasks.close()
    assert atlas.book.peers() == ()


async def test_of_several_addresses_the_right_machine_is_found(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas, Machine(tmp_path, "other") as other:
        other.room.open()
        atlas.addresses = [other.address, atlas.address, "127.0.0.1:1"]
        peer = await desk.pair(atlas.room.open().link)
        assert peer.id == atlas.book.identity.id
        assert peer.addresses[0] == atlas.addresses[1]
        assert other.notes == []


async def test_where_nobody_answers(tmp_path: Path) -> None:
    error = await refused(Machine(tmp_path, "desk"), "127.0.0.1:1", "acid acorn actor")
    assert isinstance(error, Unreachable)
    assert error.reason is Reason.NOBODY_LISTENS


@pytest.mark.parametrize("after", [0, 1, 2, 3])
async def test_cut_at_each_message_leaves_nothing_half_done(after: int, tmp_path: Path) -> None:
    """Carried by a tunnel that ends no TLS, but breaks after some messages. Both know each other, or can try again."""
    desk = Machine(tmp_path, "desk")
    async with Machine(tmp_path, "atlas") as atlas:
        count = 0
        guest: list[FramedWire] = []

        async def dial(addresses: object) -> FramedWire:
            wire = await desk.dial([atlas.address])
            guest.append(wire)
            send, fed = wire.send, wire.fed

            def counted_send(data: bytes) -> None:
                nonlocal count
                if count == after:
                    wire.abort()
                    return
                count += 1
                send(data)

            wire.send = counted_send

            def message(data: bytes) -> None:
                nonlocal count
                if count == after:
                    wire.abort()
                    return
                count += 1
                fed(data)

            wire.fed = message
            return wire

        code = atlas.room.open().code
        with pytest.raises(Unreachable) as caught:
            await pairing.pair_with(atlas.address, code, dial=dial, trust=desk.book, card=desk.card())
        assert caught.value.reason is Reason.CUT
        assert desk.book.peers() == ()
        await atlas.settled()
        if after < 3:
            assert atlas.book.peers() == ()
            assert atlas.room.invitation is not None
            assert atlas.room.invitation.tries_left == 3
        else:
            assert "lists this machine" in str(caught.value)
            code = atlas.room.open().code
        assert (await desk.pair(atlas.address, code)).id == atlas.book.identity.id
        assert len(atlas.book.peers()) == 1


async def test_what_is_no_sysmon_or_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, eve = Machine(tmp_path, "desk"), Machine(tmp_path, "eve")
    said: list[FramedWire] = []
    async with listening(eve.book.server_context(), said.append) as port:
        monkeypatch.setattr(pairing, "LIMIT", 0.05)
        error = await refused(desk, f"127.0.0.1:{port}", "acid acorn actor")
        assert error.reason is Reason.GREETING_TIMEOUT

    def garbage(wire: FramedWire) -> None:
        wire.send(b"garbage")

    async with listening(eve.book.server_context(), garbage) as port:
        monkeypatch.setattr(pairing, "LIMIT", 20.0)
        error = await refused(desk, f"127.0.0.1:{port}", "acid acorn actor")
        assert error.reason is Reason.BAD_FRAME
    async with listening(None, said.append) as port:

        async def plain(addresses: object) -> FramedWire:
            return await open_wire(port, None)

        with pytest.raises(AuthRefused) as caught:
            await pairing.pair_with("a:1", "acid acorn actor", dial=plain, trust=desk.book, card=desk.card())
        assert caught.value.reason is Reason.NOT_SYSMON


async def test_no_machine_pairs_with_itself(tmp_path: Path) -> None:
    async with Machine(tmp_path, "atlas") as atlas:
        assert (await refused(atlas, atlas.address, atlas.room.open().code)).reason is Reason.SELF


async def test_a_full_disk_pairs_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Machine(tmp_path, "desk")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with Machine(tmp_path, "atlas") as atlas:
        code = atlas.room.open().code
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            assert (await refused(desk, atlas.address, code)).reason is Reason.FAULT_HERE
        assert atlas.book.peers() == ()
        assert [note.reason for note in atlas.notes] == [Reason.FAULT_HERE]


async def test_a_machine_behind_ssh_is_kept_once_it_answered(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    called: list[str] = []

    async def answers(target: str) -> FramedWire:
        called.append(target)
        return FramedWire(Deaf(), "test", target)

    async def refuses(target: str) -> FramedWire:
        raise AuthRefused(Reason.SSH_FAILED, target)

    with pytest.raises(AuthRefused):
        await pairing.pair_ssh("ssh://me@atlas", open_wire=refuses, trust=desk.book, now=desk.now)
    with pytest.raises(ConfigError):
        await pairing.pair_ssh("ssh://-x", open_wire=answers, trust=desk.book, now=desk.now)
    assert desk.book.peers() == ()
    peer = await pairing.pair_ssh(" ssh://me@atlas:22/", open_wire=answers, trust=desk.book, now=desk.now)
    assert (peer.id, peer.name, peer.addresses) == ("ssh:me@atlas:22", "atlas", ("ssh://me@atlas:22",))
    assert (peer.rights, peer.watched, peer.certificate) == (NOTHING, True, b"")
    assert await pairing.pair_ssh("ssh://me@atlas:22", open_wire=answers, trust=desk.book, now=desk.now) == peer
    assert called == ["ssh://me@atlas:22"] * 2
    assert desk.book.peers() == (peer,)


class Deaf:
    """A way out that leads nowhere."""

    def write(self, data: bytes) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        pass

    abort = close


def test_what_a_pairing_makes_of_wishes(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    atlas = identity(tmp_path, "atlas")
    theirs = Card("atlas", atlas.certificate, ["atlas:1", "atlas:2"], watch=False, shown=False)
    peer = acquaintance(desk.book, theirs, Card("desk"), 5.0, ["atlas:2"])
    assert (peer.rights, peer.watched, peer.addresses) == (NOTHING, False, ("atlas:2", "atlas:1"))
    willing = Card("atlas", atlas.certificate, watch=True, shown=True, hub=True)
    assert acquaintance(desk.book, willing, Card("desk", watch=False, shown=False), 5.0).rights == NOTHING
    peer = acquaintance(desk.book, willing, Card("desk"), 5.0)
    assert (peer.rights, peer.watched, peer.hub) == (PAIRED, True, True)


def test_one_that_is_paired_again_keeps_what_the_user_decided(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    atlas = identity(tmp_path, "atlas")
    rights = PAIRED.__class__(processes=False)
    desk.book.put(as_peer(atlas, "big one", addresses=("old:1",), rights=rights, tags=("rack",), added=1.0))
    peer = acquaintance(desk.book, Card("atlas", atlas.certificate, ["new:1"]), Card("desk"), 5.0)
    assert (peer.name, peer.rights, peer.tags, peer.added) == ("big one", rights, ("rack",), 1.0)
    assert peer.addresses == ("new:1", "old:1")
    desk.book.put(as_peer(atlas, "big one", rights=NOTHING))
    assert acquaintance(desk.book, Card("atlas", atlas.certificate), Card("desk"), 5.0).rights == PAIRED


def test_no_two_peers_have_one_name(tmp_path: Path) -> None:
    desk = Machine(tmp_path, "desk")
    desk.book.put(as_peer(identity(tmp_path, "a"), "Atlas"))
    desk.book.put(as_peer(identity(tmp_path, "b"), "atlas 2"))
    assert unique_name(desk.book, "atlas") == "atlas 3"
    assert unique_name(desk.book, "titan") == "titan"
