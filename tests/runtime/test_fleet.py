"""Two and more machines over real sockets: figures arrive, holes fill, nothing is left behind."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import psutil
import pytest

from sysmon.model.errors import AuthRefused
from sysmon.model.link import LinkState, Reason
from sysmon.model.machine import MachineState
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

SHARED = FleetOptions(on=True, port=0)
ALONE = FleetOptions()


async def pair_of(folder: Path) -> tuple[TestMachine, TestMachine]:
    """A publisher that runs, and a watcher that knows it and does not run yet."""
    atlas, orion = TestMachine(folder, "atlas", SHARED), TestMachine(folder, "orion", ALONE)
    atlas.know(orion, watched=False)
    await atlas.fleet.start()
    orion.know(atlas, address=atlas.address())
    return atlas, orion


async def test_figures_of_one_machine_arrive_at_the_other(tmp_path: Path) -> None:
    atlas, orion = await pair_of(tmp_path)
    async with running(orion, atlas):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the first tick")
        atlas.tick(42.0)
        await until(lambda: orion.newest(atlas) == 2, "the second tick")
        batch = orion.engine.store.newest_batch(atlas.id)
        assert batch is not None
        assert list(batch.values) == [2.0, 42.0]
        await until(lambda: orion.machine(atlas).state is MachineState.LIVE, "a live machine")
        (report,) = orion.fleet.links()
        assert report.state is LinkState.LIVE
        assert orion.machine(atlas).name == "atlas"
        assert orion.machine(atlas).facts.hostname == "atlas"


async def test_a_fleet_that_shares_nothing_and_knows_nobody_opens_nothing(tmp_path: Path) -> None:
    machine = TestMachine(tmp_path, "lonely", ALONE)
    async with running(machine):
        assert machine.fleet.links() == ()
        assert machine.fleet.own_id == ""
        assert not machine.fleet.sharing().on


async def test_what_was_missed_is_filled_in(tmp_path: Path) -> None:
    atlas, orion = await pair_of(tmp_path)
    for _ in range(100):
        atlas.tick()
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 101, "the newest tick")
        await until(lambda: orion.engine.store.spans(atlas.id) == [(1, 1, 101)], "the hundred before it")
        assert sum(len(one.sequences) for one in orion.engine.store.stretches(atlas.id, 1, 1, 101)) == 101


async def test_a_publisher_that_goes_away_and_comes_back_loses_nothing(tmp_path: Path) -> None:
    atlas, orion = await pair_of(tmp_path)
    port = atlas.fleet.sharing().port
    async with running(orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the first tick")
        await atlas.fleet.stop()
        await until(lambda: orion.fleet.links()[0].state is LinkState.BACKOFF, "the loss")
        assert orion.fleet.links()[0].reason is Reason.DRAINING
        for _ in range(5):
            atlas.tick()
        again = TestMachine(tmp_path, "atlas", FleetOptions(on=True, port=port))
        again.engine = atlas.engine
        again.fleet.place = type(again.fleet.place)(
            again.folder, again.folder, atlas.engine.bus, atlas.engine.store, atlas.engine.demand
        )
        async with running(again):
            await orion.fleet.retry()
            await until(lambda: orion.fleet.links()[0].state in (LinkState.SYNCING, LinkState.LIVE), "the link")
            atlas.tick()
            await until(lambda: orion.newest(atlas) == 7, "the newest tick")
            await until(lambda: count(orion, atlas) == 7, "what was missed")


def count(here: TestMachine, other: TestMachine) -> int:
    return sum(len(one.sequences) for one in here.engine.store.stretches(other.id, 1, 1, 1 << 40))


async def test_a_revoked_machine_is_out_at_once_and_stays_out(tmp_path: Path) -> None:
    atlas, orion = await pair_of(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the first tick")
        await atlas.fleet.revoke(orion.id)
        await until(lambda: orion.fleet.links()[0].state is LinkState.REFUSED, "the refusal")
        assert orion.fleet.links()[0].reason in (Reason.REVOKED, Reason.NOT_PAIRED)
        await orion.fleet.retry()
        await until(lambda: orion.fleet.links()[0].reason is Reason.NOT_PAIRED, "the second refusal")
        atlas.tick()
        assert orion.newest(atlas) == 1


async def test_a_hub_relays_what_it_watches(tmp_path: Path) -> None:
    hub = TestMachine(tmp_path, "harbour", FleetOptions(on=True, port=0, relays=True))
    agent, viewer = (
        TestMachine(tmp_path, "vega", FleetOptions(dial=("harbour",))),
        TestMachine(tmp_path, "orion", ALONE),
    )
    hub.know(agent)
    hub.know(viewer, watched=False)
    await hub.fleet.start()
    agent.know(hub, address=hub.address(), watched=False)
    viewer.know(hub, address=hub.address())
    async with running(hub, agent, viewer):
        agent.tick()
        hub.tick()
        await until(lambda: viewer.newest(agent) == 1, "the agent's tick through the hub")
        await until(lambda: viewer.machine(agent).name == "vega", "the agent as a machine")
        assert viewer.machine(agent).note.startswith("through harbour")


async def test_starts_and_stops_leave_nothing(tmp_path: Path) -> None:
    process = psutil.Process()
    atlas, orion = await pair_of(tmp_path)
    await atlas.fleet.stop()
    before: tuple[int, int, int] | None = None
    for _ in range(4):
        async with running(atlas, orion):
            atlas.tick()
        now = (process.num_fds(), threading.active_count(), len(asyncio.all_tasks()))
        if before is not None:
            assert now == before
        before = now


@pytest.mark.parametrize("taken", ["port", "address"])
async def test_what_cannot_be_listened_on_is_said_and_the_rest_runs(tmp_path: Path, taken: str) -> None:
    first = TestMachine(tmp_path, "first", SHARED)
    async with running(first):
        port = first.fleet.sharing().port
        options = (
            FleetOptions(on=True, port=port) if taken == "port" else FleetOptions(on=True, addresses=("192.0.2.1",))
        )
        second = TestMachine(tmp_path, "second", options)
        async with running(second):
            sharing = second.fleet.sharing()
            assert not sharing.on
            assert str(options.port) in sharing.trouble


async def test_two_machines_pair_by_a_code_and_see_figures(tmp_path: Path) -> None:
    atlas, orion = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "orion", ALONE)
    async with running(atlas, orion):
        invitation = await atlas.fleet.invite()
        assert atlas.fleet.sharing().invitation == invitation
        peer = await orion.fleet.pair(atlas.address(), invitation.code)
        assert (peer.id, peer.name, peer.watched) == (atlas.id, "atlas", True)
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        (known,) = atlas.fleet.peers()
        assert (known.id, known.name, known.watched) == (orion.id, "orion", False)
        assert not known.rights.actions
        assert atlas.fleet.sharing().invitation is None


async def test_two_machines_pair_by_a_link(tmp_path: Path) -> None:
    atlas, orion = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "orion", ALONE)
    async with running(atlas, orion):
        invitation = await atlas.fleet.invite()
        await orion.fleet.pair(invitation.link)
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")


async def test_three_wrong_codes_close_pairing_and_the_words_are_plain(tmp_path: Path) -> None:
    atlas, orion = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "orion", ALONE)
    async with running(atlas, orion):
        invitation = await atlas.fleet.invite()
        wrong = "-".join(reversed(invitation.code.split("-")))
        for _ in range(3):
            with pytest.raises(AuthRefused, match="wrong") as refused:
                await orion.fleet.pair(atlas.address(), wrong)
            assert refused.value.reason is Reason.CODE_WRONG
        with pytest.raises(AuthRefused) as refused:
            await orion.fleet.pair(atlas.address(), invitation.code)
        assert refused.value.reason is Reason.PAIRING_CLOSED
        assert atlas.fleet.peers() == ()


async def test_sharing_is_off_for_everybody_at_once(tmp_path: Path) -> None:
    atlas, orion = await pair_of(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the first tick")
        sharing = await atlas.fleet.share(False)
        assert not sharing.on
        await until(lambda: orion.fleet.links()[0].state is LinkState.BACKOFF, "the loss")


async def test_a_hub_fills_in_from_its_own_ring(tmp_path: Path) -> None:
    hub = TestMachine(tmp_path, "harbour", FleetOptions(on=True, port=0, relays=True))
    agent = TestMachine(tmp_path, "vega", FleetOptions(dial=("harbour",)))
    viewer = TestMachine(tmp_path, "orion", ALONE)
    hub.know(agent)
    hub.know(viewer, watched=False)
    await hub.fleet.start()
    agent.know(hub, address=hub.address(), watched=False)
    viewer.know(hub, address=hub.address())
    async with running(hub, agent):
        for _ in range(50):
            agent.tick()
        await until(lambda: hub.newest(agent) > 0, "the hub has the agent")
        await until(lambda: count(hub, agent) == 50, "the hub has all of it")
        await agent.fleet.stop()
        async with running(viewer):
            await until(lambda: count(viewer, agent) == 50, "the viewer has it from the hub alone")


async def test_hubs_that_watch_each_other_do_not_go_round_in_circles(tmp_path: Path) -> None:
    north = TestMachine(tmp_path, "north", FleetOptions(on=True, port=0, relays=True))
    south = TestMachine(tmp_path, "south", FleetOptions(on=True, port=0, relays=True))
    agent = TestMachine(tmp_path, "vega", FleetOptions(dial=("north",)))
    north.know(south)
    north.know(agent)
    await north.fleet.start()
    south.know(north, address=north.address())
    agent.know(north, address=north.address(), watched=False)
    async with running(north, south, agent):
        for _ in range(3):
            agent.tick()
            north.tick()
            south.tick()
        await until(lambda: south.newest(agent) == 3 and south.newest(north) == 3, "south has both through north")
        await until(lambda: north.newest(south) == 3, "north has south")
        agent.tick()
        await until(lambda: south.newest(agent) == 4, "one more")
        # What south relays of the agent came through north: north knows it by the path, and takes it once.
        await until(lambda: count(north, agent) == 4, "north has all of the agent, once")
        assert north.machine(agent).note.startswith("through") is False
        assert {report.state for report in north.fleet.links()} <= {
            LinkState.LIVE,
            LinkState.SYNCING,
            LinkState.DISABLED,
        }
