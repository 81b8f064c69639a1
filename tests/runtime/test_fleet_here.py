"""A fleet for one command: it knows what is on record, keeps what it decides, and leaves nothing running."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sysmon.runtime.fleet_here import fleet_here
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from tests.runtime.machines_of_a_fleet import TestMachine, running, until


def paths(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


async def test_what_it_decides_is_on_record(tmp_path: Path) -> None:
    atlas = TestMachine(tmp_path, "atlas", FleetOptions(on=True, port=0))
    tasks = len(asyncio.all_tasks())
    async with running(atlas):
        invitation = await atlas.fleet.invite()
        async with fleet_here(Values(), paths(tmp_path)) as (fleet, _):
            await fleet.pair(invitation.link)
        async with fleet_here(Values(), paths(tmp_path)) as (fleet, engine):
            assert [peer.name for peer in fleet.peers()] == ["atlas"]
            atlas.tick()
            await until(lambda: engine.store.newest_batch(atlas.id) is not None, "a tick")
            await fleet.revoke(atlas.id)
        async with fleet_here(Values(), paths(tmp_path)) as (fleet, _):
            assert fleet.peers() == ()
    assert len(asyncio.all_tasks()) == tasks


async def test_it_shares_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    settings = Values({"sharing.on": True, "sharing.port": 1})
    async with fleet_here(settings, paths(tmp_path)) as (fleet, engine):
        assert not fleet.sharing().on
        assert engine.store.machines() == []
