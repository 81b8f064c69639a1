"""Links between programs: who dials, who stays, who is dropped."""

from __future__ import annotations

from pathlib import Path

from sysmon.model.link import LinkState, Reason
from tests.transport.made import EVERYTHING, closing, plain_pair, secured_pair, tell_address


async def test_ticks_come_over_a_link() -> None:
    watcher, watched = plain_pair()
    async with closing(watcher, watched):
        tell_address(watcher, watched.id, await watched.listen())
        watched.tick()
        watcher.links.expect(watched.id, EVERYTHING)
        watcher.links.want(watched.id)
        await watcher.until_state(f"out:{watched.id}", LinkState.LIVE)
        await watched.until(lambda: watched.report(f"in:{watcher.id}").watching)
        watched.tick(3)
        await watcher.until(lambda: len(watcher.batches) >= 4)
        assert watcher.sequences(watched.id) == [1, 2, 3, 4]


async def test_ticks_come_over_a_secured_link(tmp_path: Path) -> None:
    watcher, watched = secured_pair(tmp_path)
    async with closing(watcher, watched):
        tell_address(watcher, watched.id, await watched.listen())
        watched.tick()
        watcher.links.expect(watched.id, EVERYTHING)
        watcher.links.want(watched.id)
        await watcher.until_state(f"out:{watched.id}", LinkState.LIVE)
        watched.tick(3)
        await watcher.until(lambda: len(watcher.batches) >= 4)
        assert watcher.sequences(watched.id) == [1, 2, 3, 4]


async def test_one_who_is_no_longer_known_hears_so_and_does_not_try_again(tmp_path: Path) -> None:
    watcher, watched = secured_pair(tmp_path)
    async with closing(watcher, watched):
        tell_address(watcher, watched.id, await watched.listen())
        watched.trust.remove(watcher.id)  # type: ignore[attr-defined]
        watcher.links.want(watched.id)
        await watcher.until_state(f"out:{watched.id}", LinkState.REFUSED, Reason.NOT_PAIRED)


async def test_revoking_ends_the_link_at_once_and_says_so(tmp_path: Path) -> None:
    watcher, watched = secured_pair(tmp_path)
    async with closing(watcher, watched):
        tell_address(watcher, watched.id, await watched.listen())
        watched.tick()
        watcher.links.expect(watched.id, EVERYTHING)
        watcher.links.want(watched.id)
        await watcher.until_state(f"out:{watched.id}", LinkState.LIVE)
        watched.trust.remove(watcher.id)  # type: ignore[attr-defined]
        await watcher.until_state(f"out:{watched.id}", LinkState.REFUSED, Reason.REVOKED)
        seen = len(watcher.batches)
        watched.tick(5)
        watcher.links.retry()
        await watcher.until_state(f"out:{watched.id}", LinkState.REFUSED, Reason.NOT_PAIRED)
        assert len(watcher.batches) == seen
        assert not [report for report in watched.links.reports() if report.peer == watcher.id]


async def test_where_both_dial_each_other_one_connection_stays() -> None:
    alpha, beta = plain_pair()
    async with closing(alpha, beta):
        tell_address(alpha, beta.id, await beta.listen())
        tell_address(beta, alpha.id, await alpha.listen())
        for one, other in ((alpha, beta), (beta, alpha)):
            one.tick()
            one.links.expect(other.id, EVERYTHING)
            one.links.want(other.id)
        await alpha.until(lambda: bool(alpha.batches))
        await beta.until(lambda: bool(beta.batches))
        await beta.until_state("out:alpha", LinkState.DISABLED)
        await alpha.until_state("out:beta", LinkState.LIVE)
        await beta.until_state("in:alpha", LinkState.LIVE)
        await alpha.until_state("in:beta", LinkState.DISABLED)
        # What is carried by the other's connection is dialled again once that is gone.
        alpha.links.drop("beta")
        assert beta.links.reports()


async def test_links_that_are_being_closed_can_still_be_reported(tmp_path: Path) -> None:
    watcher, watched = secured_pair(tmp_path)
    async with closing(watcher, watched):
        tell_address(watcher, watched.id, await watched.listen())
        watched.tick()
        watcher.links.expect(watched.id, EVERYTHING)
        watcher.links.want(watched.id)
        await watcher.until_state(f"out:{watched.id}", LinkState.LIVE)
        (visitor,) = watched.links.visitors
        wire = visitor.conversation.wire
        for _ in range(3):  # a TLS transport that is closed twice has forgotten its buffers
            wire._transport.close()  # type: ignore[attr-defined]
            assert wire.in_flight == 0
        assert watched.links.reports()
