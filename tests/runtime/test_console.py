"""What commands may ask of the running program: typed answers, troubles in words, nothing raised."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.machine import Machine
from sysmon.model.peer import Enrolment, Invitation, Peer, Sharing
from sysmon.pipeline.demand import EVERY_HOST, FIGURES, PROCESSES
from sysmon.runtime import console as words
from sysmon.runtime.console import Console, Question, machine_named, named
from sysmon.runtime.console_call import read_reply
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

T = TypeVar("T")


class Here:
    """A machine with a console, as commands see it."""

    def __init__(self, machine: TestMachine, now: list[float]) -> None:
        self.machine = machine
        self.now = now
        self.console = Console(machine.fleet, machine.engine.store, machine.engine.demand, lambda: now[0])

    async def ask(self, question: Question, answer: type[T]) -> T:
        return read_reply(await self.console.answer(msgspec.json.encode(question)), answer)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    machine = TestMachine(tmp_path, "atlas", FleetOptions(port=0))
    async with running(machine):
        found = Here(machine, [0.0])
        yield found
        found.console.close()


async def test_sharing_is_told_and_switched(here: Here) -> None:
    assert not (await here.ask(words.Share(), Sharing)).on
    sharing = await here.ask(words.Share(True), Sharing)
    assert sharing.on
    assert sharing.addresses[0].startswith("127.0.0.1:")
    assert not (await here.ask(words.Share(False), Sharing)).on


async def test_pairing_is_opened_and_closed(here: Here) -> None:
    invitation = await here.ask(words.Invite(), Invitation)
    assert (await here.ask(words.Share(), Sharing)).invitation == invitation
    assert (await here.ask(words.Uninvite(), Sharing)).invitation is None


async def test_machines_pair_and_one_revokes_the_other(here: Here, tmp_path: Path) -> None:
    invitation = await here.ask(words.Invite(), Invitation)
    other = TestMachine(tmp_path, "orion", FleetOptions())
    async with running(other):
        there = Here(other, [0.0])
        peer = await there.ask(words.Join(invitation.link), Peer)
        assert peer.name == "atlas"
        await until(lambda: any(one.watching for one in here.machine.fleet.links()), "orion watches")
        (known,) = await here.ask(words.Peers(), list[words.Known])
        assert (known.peer.name, known.state, known.watching) == ("orion", LinkState.LIVE, True)
        allowed = await here.ask(words.Allow("orion", Rights(commands=True)), Peer)
        assert allowed.rights.commands
        assert (await here.ask(words.Revoke(other.id[:8]), Peer)).id == other.id
        assert await here.ask(words.Peers(), list[words.Known]) == []
        with pytest.raises(AuthRefused) as refused:
            await there.ask(words.Join(invitation.link), Peer)
        assert refused.value.reason is Reason.PAIRING_CLOSED


async def test_the_newest_figures_and_the_catalog_only_once(here: Here) -> None:
    assert (await here.ask(words.Look("atlas"), words.Looked)).values is None
    here.machine.tick(42.0)
    seen = await here.ask(words.Look("atlas"), words.Looked)
    assert seen.machine.name == "atlas"
    assert seen.values is not None
    assert seen.values.values == [1.0, 42.0]
    assert seen.catalog is not None
    again = await here.ask(words.Look("atlas", seen.catalog.digest), words.Looked)
    assert again.catalog is None


async def test_processes_are_read_while_somebody_asks_and_not_longer(here: Here) -> None:
    demand = here.machine.engine.demand
    await here.ask(words.Look("atlas", processes=True), words.Looked)
    assert demand.interval("local", PROCESSES) == 1.0
    here.now[0] = words.HELD + 1.0
    await here.ask(words.Look("atlas"), words.Looked)
    assert demand.interval("local", PROCESSES) is None


@pytest.mark.parametrize("data", [b"", b"{}", b"nonsense", b'{"ask":"dance"}', b'{"ask":"look"}', b"\xff\xfe"])
async def test_what_is_no_question_is_answered_in_words(here: Here, data: bytes) -> None:
    reply = msgspec.json.decode(await here.console.answer(data), type=words.Reply)
    assert reply.trouble is not None
    assert reply.trouble.kind == "wrong"


async def test_errors_come_back_as_what_they_are(here: Here) -> None:
    with pytest.raises(ConfigError, match="no machine called vega"):
        await here.ask(words.Look("vega"), words.Looked)
    with pytest.raises(ConfigError, match="no machine called vega was paired"):
        await here.ask(words.Revoke("vega"), Peer)
    with pytest.raises(SysmonError):
        await here.ask(words.Join("127.0.0.1:1", "not three words"), Peer)


def test_a_peer_is_meant_by_name_id_or_the_beginning_of_that() -> None:
    peers = (Peer("abcdefghij", "vega"), Peer("abcdefxyzz", "atlas"), Peer("zzzzzzzzzz", "atlas"))
    assert named(peers, "vega").id == "abcdefghij"
    assert named(peers, "abcdefgh").name == "vega"
    with pytest.raises(ConfigError, match="several"):
        named(peers, "atlas")
    with pytest.raises(ConfigError, match="several"):
        named(peers, "abcdef")
    with pytest.raises(ConfigError, match="no machine"):
        named(peers, "abc")


def test_machines_that_are_called_alike_must_be_told_apart() -> None:
    machines = [Machine("a", "vega"), Machine("b", "vega")]
    assert machine_named(machines, "b").host == "b"
    with pytest.raises(ConfigError, match="several"):
        machine_named(machines, "vega")


async def test_an_enrolment_is_made_and_withdrawn(here: Here) -> None:
    made = await here.ask(words.Enrol(3, 60.0), Enrolment)
    assert made.uses == 3
    assert made.link.startswith("sysmon://127.0.0.1:")
    assert "an enrolment file for 3 machines was made" in here.machine.fleet.audit()[0]
    assert await here.ask(words.Withdraw(), int) == 1
    with pytest.raises(ConfigError, match="at most 90 days"):
        await here.ask(words.Enrol(1, 1e9), Enrolment)


async def test_a_command_that_looks_wants_figures_of_all_machines_until_it_is_gone(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = here.machine.engine.demand
    monkeypatch.setattr(words, "HELD", 0.05)
    await here.ask(words.Machines(), list[words.Machine])
    assert demand.interval(EVERY_HOST, FIGURES) is not None
    here.now[0] = 0.1
    await until(lambda: demand.interval(EVERY_HOST, FIGURES) is None, "nobody looks any more")
    assert len(demand) == 0
