from __future__ import annotations

import asyncio

import pytest

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.link_report import LinkReport
from sysmon.runtime.demo_fleet import CODE_LIFE, DemoFleet
from sysmon.runtime.demo_roles import ROLES
from sysmon.runtime.fleet_port import FleetPort

NOW = 1_800_000_000.0


class Stepped:
    """A demo whose time goes on only when a test says so; waiting in it takes that time."""

    def __init__(self, *, empty: bool = False) -> None:
        self.now = NOW
        self.fleet = DemoFleet(lambda: self.now, self._pause, roles=ROLES[:1] if empty else ROLES)
        self.port: FleetPort = self.fleet

    async def _pause(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def link(self, peer: str) -> LinkReport:
        return next(report for report in self.fleet.links() if report.peer == peer)


@pytest.fixture
def made() -> Stepped:
    return Stepped()


def test_time_goes_on_by_itself(made: Stepped) -> None:
    version = made.port.version
    before = made.link("mira")
    made.now += 60.0
    after = made.link("mira")
    assert made.port.version > version
    assert after.tries > before.tries
    assert after.state is LinkState.BACKOFF
    assert after.next_try + 0.8 > made.now
    made.now += 200.0
    assert made.link("vega").missing == 0


def test_steps_can_be_asked_by_link_and_since(made: Stepped) -> None:
    all_steps = made.fleet.steps()
    assert [step.time for step in all_steps] == sorted(step.time for step in all_steps)
    mira = made.fleet.steps("mira/out")
    assert {step.peer for step in mira} == {"mira"}
    assert made.fleet.steps(since=NOW - 60.0)[0].time >= NOW - 60.0
    assert len(made.fleet.trips("lyra/out")) == 300
    assert made.fleet.trips("nobody") == ()


async def test_neighbours_are_found_while_somebody_looks(made: Stepped) -> None:
    made.now += 5.0
    assert made.fleet.found() == ()
    await made.fleet.look_around(True)
    assert made.fleet.found() == ()
    made.now += 1.1
    assert [found.name for found in made.fleet.found()] == ["spica", "altair"]
    made.now += 5.0
    assert [found.name for found in made.fleet.found() if found.paired] == ["lyra"]
    await made.fleet.look_around(False)
    assert made.fleet.found() == ()


async def test_the_code_that_is_shown_pairs_and_a_link_comes_up(made: Stepped) -> None:
    invitation = await made.fleet.invite()
    assert made.fleet.sharing().invitation == invitation
    peer = await made.fleet.pair("spica:4870", invitation.code.replace("-", " ").upper())
    assert peer.name == "spica"
    assert peer in made.fleet.peers()
    assert made.link("spica").state is not LinkState.LIVE
    made.now += 2.0
    assert made.link("spica").state is LinkState.LIVE
    assert "spica was paired" in made.fleet.audit()[0]


async def test_a_link_and_ssh_pair_without_a_code(made: Stepped) -> None:
    invitation = await made.fleet.invite()
    assert (await made.fleet.pair(invitation.link)).name == "spica"
    assert (await made.fleet.pair("ssh://ada@altair")).id == "ssh:ssh://ada@altair"


async def refused(made: Stepped, where: str, code: str = "") -> Reason:
    with pytest.raises((AuthRefused, Unreachable)) as told:
        await made.fleet.pair(where, code)
    error = told.value
    assert isinstance(error, SysmonError)
    return error.reason


async def test_mistakes_have_their_reasons(made: Stepped) -> None:
    assert await refused(made, "spica:4870", "some-other-words") is Reason.PAIRING_CLOSED
    invitation = await made.fleet.invite()
    assert await refused(made, "spica:4870", "some-other-words") is Reason.CODE_WRONG
    assert await refused(made, "nowhere:4870", invitation.code) is Reason.NAME_UNKNOWN
    assert await refused(made, "ssh://ada@nowhere") is Reason.SSH_FAILED
    assert await refused(made, "orion:4870", invitation.code) is Reason.SELF
    assert await refused(made, "sysmon://192.0.2.9:4870/#a.b") is Reason.CONNECT_TIMEOUT
    made.now += CODE_LIFE + 1.0
    assert await refused(made, "altair:4870", invitation.code) is Reason.CODE_EXPIRED


async def test_three_wrong_codes_close_pairing_until_it_is_opened_again(made: Stepped) -> None:
    invitation = await made.fleet.invite()
    for _ in range(3):
        assert await refused(made, "spica:4870", "wrong") is Reason.CODE_WRONG
    assert await refused(made, "spica:4870", invitation.code) is Reason.PAIRING_CLOSED
    renewed = await made.fleet.invite()
    assert (await made.fleet.pair("spica:4870", renewed.code)).name == "spica"


async def test_an_invitation_ends(made: Stepped) -> None:
    await made.fleet.invite()
    await made.fleet.uninvite()
    assert made.fleet.sharing().invitation is None
    await made.fleet.invite()
    made.now += 3600.0
    assert made.fleet.sharing().invitation is None


async def test_what_is_cancelled_leaves_everything_as_it_was(made: Stepped) -> None:
    invitation = await made.fleet.invite()
    peers = made.fleet.peers()
    asked = asyncio.get_running_loop().create_task(made.fleet.pair("spica:4870", invitation.code))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert made.fleet.peers() == peers


async def test_revoking_ends_the_link_and_is_told(made: Stepped) -> None:
    await made.fleet.revoke("laptop")
    assert "laptop" not in {peer.id for peer in made.fleet.peers()}
    assert "laptop" not in {report.peer for report in made.fleet.links()}
    last = made.fleet.steps("laptop/in")[-1]
    assert (last.after, last.reason) == (LinkState.CLOSING, Reason.REVOKED)
    with pytest.raises(ConfigError):
        await made.fleet.revoke("laptop")


async def test_rights_and_names_change(made: Stepped) -> None:
    rights = Rights(commands=True, actions=True)
    await made.fleet.change("laptop", rights=rights, name="den", tags=("home",), watched=True)
    peer = next(peer for peer in made.fleet.peers() if peer.id == "laptop")
    assert (peer.rights, peer.name, peer.tags, peer.watched) == (rights, "den", ("home",), True)
    assert made.link("laptop").name == "den"


async def test_sharing_off_sends_watchers_away_and_closes_pairing(made: Stepped) -> None:
    await made.fleet.invite()
    sharing = await made.fleet.share(False)
    assert not sharing.on
    assert sharing.invitation is None
    assert all(report.dialled for report in made.fleet.links())
    with pytest.raises(ConfigError, match="not shared"):
        await made.fleet.invite()
    assert (await made.fleet.share(True)).port == 4870


async def test_retry_tries_at_once(made: Stepped) -> None:
    tries = made.link("deneb").tries
    await made.fleet.retry("deneb/out")
    assert made.link("deneb").tries == tries + 1
    await made.fleet.retry()
    assert made.link("nova").state is LinkState.REFUSED


def test_an_empty_one_knows_nobody() -> None:
    fleet = Stepped(empty=True).fleet
    assert (fleet.links(), fleet.peers(), fleet.steps(), fleet.audit()) == ((), (), (), ())
    assert not fleet.sharing().on
