"""Where a machine listens and what it says when it cannot; whom it hears is believed nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.model.errors import ConfigError
from sysmon.model.peer import Found
from sysmon.runtime import fleet_presence
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

SHARED = FleetOptions(on=True, port=0)


async def test_loopback_is_not_announced(tmp_path: Path) -> None:
    atlas = TestMachine(tmp_path, "atlas", SHARED)
    async with running(atlas):
        assert atlas.fleet.sharing().on
        assert not atlas.fleet.sharing().announced


async def test_other_settings_are_followed(tmp_path: Path) -> None:
    atlas = TestMachine(tmp_path, "atlas", SHARED)
    async with running(atlas):
        before = atlas.fleet.sharing().port
        await atlas.fleet.reconfigure(FleetOptions(on=True, port=0, addresses=("127.0.0.1", "127.0.0.2")))
        sharing = atlas.fleet.sharing()
        assert len(sharing.addresses) == 2
        assert sharing.port != before
        await atlas.fleet.reconfigure(FleetOptions(on=True, port=0, addresses=("192.0.2.1",)))
        assert not atlas.fleet.sharing().on
        assert "192.0.2.1" in atlas.fleet.sharing().trouble
        await atlas.fleet.reconfigure(SHARED)
        assert atlas.fleet.sharing().on
        assert atlas.fleet.sharing().trouble == ""


async def test_a_code_alone_is_for_a_machine_that_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_presence, "SEARCH", 0.2)
    orion = TestMachine(tmp_path, "orion", FleetOptions())
    async with running(orion):
        with pytest.raises(ConfigError, match="No machine was found on this network"):
            await orion.fleet.pair("arena-mosaic-target")
        with pytest.raises(ConfigError, match="A code has 3 words"):
            await orion.fleet.pair("nonsense")


async def test_a_code_alone_is_tried_on_the_machine_that_is_heard(tmp_path: Path) -> None:
    atlas, orion = TestMachine(tmp_path, "atlas", SHARED), TestMachine(tmp_path, "orion", FleetOptions())
    async with running(atlas, orion):
        invitation = await atlas.fleet.invite()
        core = await orion.fleet._open()
        heard = Found(atlas.id[:8], "atlas", atlas.address())

        async def search() -> tuple[Found, ...]:
            return (heard,)

        core.presence.search = search  # what multicast would bring: there is none in a test
        peer = await orion.fleet.pair(invitation.code)
        assert peer.id == atlas.id
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "a tick")
