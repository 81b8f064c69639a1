"""What the core decides by itself: whom it dials, what it asks for, what it writes down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sysmon.model.errors import ConfigError
from sysmon.model.link import LinkState, Rights
from sysmon.pipeline.demand import EVERY_HOST, FIGURES, PROCESSES
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

SHARED = FleetOptions(on=True, port=0)


async def both(folder: Path, **more: object) -> tuple[TestMachine, TestMachine]:
    atlas, orion = TestMachine(folder, "atlas", SHARED), TestMachine(folder, "orion", FleetOptions())
    atlas.know(orion, watched=False)
    await atlas.fleet.start()
    orion.know(atlas, address=atlas.address(), **more)
    return atlas, orion


async def test_a_peer_that_is_not_watched_is_not_dialled_until_it_is(tmp_path: Path) -> None:
    atlas, orion = await both(tmp_path, watched=False)
    async with running(atlas, orion):
        assert orion.fleet.links() == ()
        await orion.fleet.change(atlas.id, watched=True)
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        await orion.fleet.change(atlas.id, watched=False)
        await until(lambda: orion.machine(atlas).host == "", "the machine is forgotten")


async def test_a_page_of_processes_reaches_the_other_machine_and_leaves_it_again(tmp_path: Path) -> None:
    atlas, orion = await both(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        claim = orion.engine.demand.want(atlas.id, PROCESSES, 1.0)
        await until(lambda: atlas.engine.demand.interval("local", PROCESSES) == 1.0, "the wish")
        claim.release()
        await until(lambda: atlas.engine.demand.interval("local", PROCESSES) is None, "the end of the wish")


async def test_while_nobody_looks_a_fifth_is_asked_for(tmp_path: Path) -> None:
    atlas, orion = await both(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        orion.fleet.set_calm(True)
        atlas_links = atlas.fleet
        await until(lambda: served(atlas_links._core, orion.id) == 5.0, "the slower pace")
        orion.fleet.set_calm(False)
        await until(lambda: served(atlas_links._core, orion.id) == 1.0, "the usual pace")


def served(core: object, peer: str) -> float | None:
    """Seconds between the ticks that the core's machine sends to ``peer``."""
    found = core.links.conversation(peer)  # type: ignore[attr-defined]
    return found[1].session.publisher.interval if found is not None else None


async def test_rights_that_are_taken_hold_at_once_and_are_written_down(tmp_path: Path) -> None:
    atlas, orion = await both(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        changed = await atlas.fleet.change(
            orion.id, rights=replace(Rights(), metrics=False, processes=False, history=False)
        )
        assert not changed.rights.metrics
        atlas.tick()
        await until(
            lambda: orion.fleet.links()[0].state is not LinkState.LIVE or orion.newest(atlas) == 1, "nothing more"
        )
        assert "orion may see nothing from now on" in atlas.fleet.audit()[0]


async def test_what_was_decided_is_on_the_list(tmp_path: Path) -> None:
    atlas, orion = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "orion", FleetOptions())
    async with running(atlas, orion):
        invitation = await atlas.fleet.invite()
        await orion.fleet.pair(invitation.link)
        await atlas.fleet.revoke(orion.id)
        newest = atlas.fleet.audit()
        assert "orion was revoked" in newest[0]
        assert "let orion in" in newest[1]
        assert "paired with atlas" in orion.fleet.audit()[0]


async def test_a_peer_that_is_not_known_is_said(tmp_path: Path) -> None:
    orion = TestMachine(tmp_path, "orion", SHARED)
    async with running(orion):
        with pytest.raises(ConfigError, match="not paired"):
            await orion.fleet.revoke("nobody")
        with pytest.raises(ConfigError, match="not paired"):
            await orion.fleet.change("nobody", name="x")


async def test_a_revocation_by_another_program_is_noticed(tmp_path: Path) -> None:
    atlas, orion = await both(tmp_path)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
        from sysmon.transport.trust import TrustBook

        TrustBook(atlas.folder, atlas.identity).remove(orion.id)
        await until(lambda: orion.fleet.links()[0].state is LinkState.REFUSED, "the refusal")


async def test_an_agent_takes_another_hub_when_one_ends(tmp_path: Path) -> None:
    hubs = [TestMachine(tmp_path, name, FleetOptions(on=True, port=0, relays=True)) for name in ("north", "south")]
    agent = TestMachine(tmp_path, "vega", FleetOptions(dial=("north", "south")))
    for hub in hubs:
        hub.know(agent)
        await hub.fleet.start()
        agent.know(hub, address=hub.address(), watched=False)
    async with running(*hubs, agent):
        agent.tick()
        await until(lambda: sum(hub.newest(agent) == 1 for hub in hubs) >= 1, "a hub has the tick")
        await until(lambda: len([one for one in agent.fleet.links() if one.state is LinkState.LIVE]) == 1, "one link")
        first = next(hub for hub in hubs if any(one.name == hub.name for one in live(agent)))
        other = next(hub for hub in hubs if hub is not first)
        await first.fleet.stop()
        agent.tick()
        await until(lambda: other.newest(agent) == 2, "the other hub has the next tick")


def live(machine: TestMachine) -> list[object]:
    return [one for one in machine.fleet.links() if one.state is LinkState.LIVE]


async def test_an_agent_asks_hubs_for_nothing_and_takes_one_of_them_though_they_could_be_watched(
    tmp_path: Path,
) -> None:
    hubs = [TestMachine(tmp_path, name, FleetOptions(on=True, port=0, relays=True)) for name in ("north", "south")]
    agent = TestMachine(tmp_path, "vega", FleetOptions(shows=False))
    for hub in hubs:
        hub.know(agent)
        await hub.fleet.start()
        agent.know(hub, address=hub.address(), watched=True, hub=True)
    async with running(*hubs, agent):
        agent.tick()
        await until(lambda: sum(hub.newest(agent) == 1 for hub in hubs) == 1, "one hub has the tick")
        first = next(hub for hub in hubs if hub.newest(agent) == 1)
        assert [one.name for one in agent.fleet.links() if one.state is LinkState.LIVE] == [first.name]
        first.tick()
        agent.tick()
        await until(lambda: first.newest(agent) == 2, "another tick of the agent")
        assert agent.newest(first) == 0, "nobody looks"
        claim = agent.engine.demand.want(EVERY_HOST, FIGURES, 1.0)
        await until(lambda: agent.newest(first) == 1, "what the hub has, now that a command looks")
        await until(lambda: any(one.watching for one in first.fleet.links()), "the hub says that somebody watches")
        claim.release()
        await until(lambda: not any(one.watching for one in first.fleet.links()), "nothing is wanted")
        first.tick()
        agent.tick()
        await until(lambda: first.newest(agent) == 3, "one more tick of the agent")
        assert agent.newest(first) == 1
        assert [one.name for one in agent.fleet.links() if one.state is LinkState.LIVE] == [first.name]


async def test_an_agent_dials_what_can_be_watched_only_while_a_command_looks(tmp_path: Path) -> None:
    atlas, vega = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "vega", FleetOptions(shows=False))
    atlas.know(vega)
    await atlas.fleet.start()
    vega.know(atlas, address=atlas.address())
    async with running(atlas, vega):
        assert vega.fleet.links() == ()
        claim = vega.engine.demand.want(EVERY_HOST, FIGURES, 1.0)
        await until(
            lambda: any(one.state is LinkState.LIVE or one.tries for one in vega.fleet.links()), "it is dialled"
        )
        atlas.tick()
        await until(lambda: vega.newest(atlas) == 1, "a tick")
        claim.release()
        await until(lambda: not vega.fleet._core._leases if vega.fleet._core else False, "nobody wants the link")


async def test_changed_settings_leave_what_the_command_line_ordered(tmp_path: Path) -> None:
    vega = TestMachine(tmp_path, "vega", FleetOptions(shows=False, ordered=("north",)))
    async with running(vega):
        vega.fleet.follow(FleetOptions(interval=2.0, dial=("south",)))
        await until(lambda: vega.fleet.options.interval == 2.0, "the settings")
        assert vega.fleet.options == FleetOptions(shows=False, interval=2.0, dial=("south",), ordered=("north",))
