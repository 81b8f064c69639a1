"""A link that is dialled: what it does when it fails, and when something happens."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.protocol.events import MoveAsked
from tests.transport.leftovers import deaf
from tests.transport.made import EVERYTHING, Program, closing, plain_pair, secured_pair, tell_address
from tests.transport.test_dialer import unused


async def failing(reason: Reason = Reason.NOBODY_LISTENS) -> tuple[Program, Program]:
    here, there = plain_pair()
    tell_address(here, "beta", unused())
    here.links._uniform = lambda _, longest: longest * 1000  # the clock is not to bring the next try
    here.links.want("beta")
    await here.until_state("out:beta", LinkState.BACKOFF, reason)
    return here, there


async def test_each_step_of_a_link_is_told() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        there.tick()
        here.links.expect("beta", EVERYTHING)
        lease = here.links.want("beta")
        await here.until_state("out:beta", LinkState.LIVE)
        assert [step.after for step in here.steps] == [
            LinkState.RESOLVING,
            LinkState.CONNECTING,
            LinkState.SECURING,
            LinkState.GREETING,
            LinkState.SYNCING,
            LinkState.LIVE,
        ]
        await here.until(lambda: bool(here.batches))
        lease.release()
        here.links._reconsider("beta")
        report = await here.until_state("out:beta", LinkState.DISABLED)
        assert report.reason is Reason.NOT_WANTED
        assert [step.after for step in here.steps[-2:]] == [LinkState.CLOSING, LinkState.DISABLED]
        assert (report.counts.connections, report.counts.ticks_in) == (1, 1)


async def test_what_others_say_of_its_address_cannot_refuse_it(tmp_path: Path) -> None:
    here, there = secured_pair(tmp_path / "one")
    strangers = secured_pair(tmp_path / "two")
    link = f"out:{there.id}"
    async with closing(here, there, *strangers):
        tell_address(here, there.id, unused())
        here.links._uniform = lambda _, longest: longest * 1000
        here.links.want(there.id)
        await here.until_state(link, LinkState.BACKOFF, Reason.NOBODY_LISTENS)
        tries = here.report(link).tries
        here.links.seen(there.id, await strangers[0].listen())
        await here.until(lambda: here.report(link).tries > tries)
        await here.until_state(link, LinkState.BACKOFF, Reason.NOBODY_LISTENS)
        assert list(here.links._links[there.id]._hints) == []
        here.links.seen(there.id, await there.listen())
        await here.until_state(link, LinkState.SYNCING)


async def test_another_machine_at_its_old_address_does_not_hide_its_new_one(tmp_path: Path) -> None:
    here, there = secured_pair(tmp_path / "one")
    strangers = secured_pair(tmp_path / "two")
    link = f"out:{there.id}"
    async with closing(here, there, *strangers):
        old, new = await strangers[0].listen(), await there.listen()
        tell_address(here, there.id, old, new)
        lease = here.links.want(there.id)
        await here.until_state(link, LinkState.SYNCING)
        lease.release(at_once=True)
        await here.until_state(link, LinkState.DISABLED)
        tell_address(here, there.id, old)
        here.links.want(there.id)
        await here.until_state(link, LinkState.REFUSED, Reason.WRONG_PIN)
        here.links.seen(there.id, old)
        assert here.state(link) is LinkState.REFUSED
        here.links.seen(there.id, new)
        await here.until_state(link, LinkState.SYNCING)


async def test_a_fault_of_ours_is_a_failed_try_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = plain_pair()
    async with closing(here, there):
        here.links._uniform = lambda _, longest: longest * 1000
        tell_address(here, "beta", await there.listen())
        faults = iter([True])
        dial = here.links._dialer.dial

        async def faulty(*arguments: object) -> object:
            if next(faults, False):
                raise ZeroDivisionError
            return await dial(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(here.links._dialer, "dial", faulty)
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.BACKOFF, Reason.FAULT_HERE)
        here.links.retry()
        await here.until_state("out:beta", LinkState.SYNCING)
        assert any("fault of this program" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("what", ["retry", "network", "seen", "resumed"])
async def test_what_makes_it_try_at_once(what: str) -> None:
    here, there = await failing()
    async with closing(here, there):
        address = await there.listen()
        tell_address(here, "beta", address)
        match what:
            case "retry":
                here.links.retry("out:beta")
            case "network":
                here.links.network_changed()
            case "seen":
                tell_address(here, "beta", unused())
                here.links.seen("beta", address)
            case _:
                here.links.resumed(100.0)
        await here.until_state("out:beta", LinkState.SYNCING)


async def test_what_needs_the_user_is_not_tried_again_by_itself() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        there.trust.remove("alpha")  # type: ignore[attr-defined]
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.REFUSED, Reason.NOT_PAIRED)
        steps = len(here.steps)
        here.links.network_changed()
        here.links.seen("beta", "192.0.2.1:1")
        assert len(here.steps) == steps
        there.trust.put(Peer("alpha", "alpha"))  # type: ignore[attr-defined]
        here.links.retry()
        await here.until_state("out:beta", LinkState.SYNCING)


async def test_after_sleep_it_dials_anew_at_once() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.SYNCING)
        here.links.resumed(3600.0)
        assert here.steps[-1].reason is Reason.ASLEEP
        await here.until_state("out:beta", LinkState.SYNCING)
        here.links.resumed(0.5)
        assert here.state("out:beta") is LinkState.SYNCING


async def test_wanted_again_while_it_closes() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.want("beta").release()
        await here.until_state("out:beta", LinkState.SYNCING)
        link = here.links._links["beta"]
        link.leave(Reason.NOT_WANTED)
        assert here.state("out:beta") is LinkState.CLOSING
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.SYNCING)


async def test_no_longer_wanted_while_it_waits_or_is_refused() -> None:
    here, there = await failing()
    async with closing(here, there):
        here.links._leases.clear()
        here.links._reconsider("beta")
        await here.until_state("out:beta", LinkState.DISABLED)
        assert here.links._links["beta"].idle


async def test_a_peer_that_moved_to_another_address_of_its_own_is_found_there() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.SYNCING)
        link = here.links._links["beta"]
        link.heard(MoveAsked(("127.0.0.1:1", "not an address", "beta"), 0.0))
        assert list(link._hints) == ["127.0.0.1:1"]
        assert here.state("out:beta") is LinkState.SYNCING


async def test_tries_are_counted_and_wait_longer() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        here.links._uniform = lambda first, _: first / 100
        tell_address(here, "beta", unused())
        here.links.want("beta")
        await here.until(lambda: bool(here.steps) and here.steps[-1].tries == 3)
        waits = [step.wait for step in here.steps if step.after is LinkState.BACKOFF]
        assert len(waits) == 3
        assert all(wait == pytest.approx(0.005) for wait in waits)


async def test_a_link_that_hangs_on_the_old_network_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.want("beta")
        await here.until_state("out:beta", LinkState.SYNCING)
        here.links.network_changed()
        assert here.report("out:beta").counts.connections == 1, "the address is still the same"
        wire = here.links._links["beta"].record.conversation
        assert wire is not None
        monkeypatch.setattr(wire.wire, "own_host", "192.0.2.99")
        here.links.network_changed()
        assert here.steps[-1].reason is Reason.NO_NETWORK
        await here.until(lambda: here.report("out:beta").counts.connections == 2)


@pytest.mark.skipif(sys.platform != "linux", reason="an address that hangs is made as Linux does it")
async def test_a_new_network_or_a_word_of_it_begins_a_try_anew_that_hangs() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        address = await there.listen()
        with deaf() as old:
            tell_address(here, "beta", old)
            here.links.want("beta")
            await here.until(lambda: here.state("out:beta") is LinkState.CONNECTING)
            here.links.network_changed()
            await here.until(lambda: [step.after for step in here.steps].count(LinkState.CONNECTING) == 2)
            here.links.seen("beta", address)
            await here.until_state("out:beta", LinkState.SYNCING)
        here.links.network_changed()
        assert here.state("out:beta") is LinkState.SYNCING, "one that stands is left alone"


async def test_one_that_fell_silent_and_is_heard_of_elsewhere_is_dialled_there_at_once() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.expect("beta", EVERYTHING)
        here.links.want("beta")
        there.tick()
        await here.until_state("out:beta", LinkState.LIVE)
        here.links.seen("beta", unused())
        assert here.state("out:beta") is LinkState.LIVE, "what is live is not disturbed by what is said"
        await here.until_state("out:beta", LinkState.STALE)
        here.links.seen("beta", unused())
        await here.until(lambda: here.report("out:beta").counts.connections == 2)


async def test_the_load_of_a_hub_is_known_as_it_is_now() -> None:
    here, there = plain_pair()
    load = [0.25]
    there.sides["alpha"] = lambda side: replace(side, load=lambda: load[0])
    async with closing(here, there):
        tell_address(here, "beta", await there.listen())
        here.links.want("beta")

        def told() -> float | None:
            hello = here.links.hello("beta")
            return hello.load if hello is not None else None

        await here.until(lambda: told() == 0.25)
        load[0] = 0.75
        await here.until(lambda: told() == 0.75)
