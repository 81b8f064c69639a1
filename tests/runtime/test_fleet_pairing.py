"""What a person typed is understood; which machine is meant; where this one can be reached."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.peer import Found
from sysmon.runtime.fleet_pairing import address_of, is_loopback, meant_by, own_addresses
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.transport.admission import Admission
from tests.runtime.machines_of_a_fleet import TestMachine, running

ATLAS = Found("aaaaaaaa", "atlas", "10.0.0.1:4870")
VEGA = Found("bbbbbbbb", "vega", "10.0.0.2:4870")
KNOWN = Found("cccccccc", "lyra", "10.0.0.3:4870", paired=True)


def test_the_one_stranger_is_meant() -> None:
    assert address_of([KNOWN, ATLAS]) == "10.0.0.1:4870"


def test_of_several_it_must_be_said_which() -> None:
    with pytest.raises(ConfigError, match=r"Which machine shows that code.*atlas \(10\.0\.0\.1:4870\), vega"):
        address_of([ATLAS, VEGA])


def test_where_nobody_is_found_the_address_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="Put the address"):
        address_of([KNOWN])


def test_an_address_stands_for_itself_and_all_of_them_for_those_that_there_are() -> None:
    assert own_addresses([("192.0.2.7", 4870), ("2001:db8::1", 4870)]) == ["192.0.2.7:4870", "[2001:db8::1]:4870"]
    every = meant_by("0.0.0.0")
    assert "127.0.0.1" in every
    assert "0.0.0.0" not in every
    assert is_loopback(every[-1]), "loopback is of least use to others"


def test_an_address_is_told_once() -> None:
    assert own_addresses([("127.0.0.1", 1), ("127.0.0.1", 1)]) == ["127.0.0.1:1"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("atlas", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


async def test_many_machines_behind_one_address_all_join_with_one_enrolment_file(tmp_path: Path) -> None:
    count = 60
    hub = TestMachine(tmp_path, "harbour", FleetOptions(on=True, port=0, relays=True))
    crowd = [TestMachine(tmp_path, f"agent{number}", FleetOptions(dial=("harbour",))) for number in range(count)]
    async with running(hub, *crowd):
        made = await hub.fleet.enrol(count, 3600.0)
        core = hub.fleet._core
        assert core is not None
        # Less than a tenth at once, and one each second: what others gave back when they had joined lets the rest in.
        core.links.server.admission = Admission(burst=4.0, rate=1.0)
        await asyncio.gather(*(machine.fleet.pair(made.link) for machine in crowd))
        assert {peer.id for peer in hub.fleet.peers()} == {machine.id for machine in crowd}
        assert core.links.server.admission.refused > 0, "more came at once than are let in"
        with pytest.raises(AuthRefused, match="not pairing"):
            await TestMachineThatIsLate(tmp_path).join(made.link)


class TestMachineThatIsLate:
    """One more than the file is for."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._machine = TestMachine(folder, "late", FleetOptions())

    async def join(self, link: str) -> None:
        async with running(self._machine):
            await self._machine.fleet.pair(link)
