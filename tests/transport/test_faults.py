"""Networks and peers that fail, over real sockets: the right reason, others untouched, nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.dialer import DialLimits
from sysmon.transport.server import PROOF_LIMIT
from tests.transport.leftovers import nothing_left
from tests.transport.made import EVERYTHING, PATIENCE, Program, closing, plain_pair, secured_pair, tell_address
from tests.transport.proxy import Proxy
from tests.transport.test_rounds import turn
from tests.transport.times import SteppedTimes

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    async with nothing_left():
        yield


def quick(program: Program) -> None:
    """Let ``program`` try again at once."""
    program.links._uniform = lambda _, __: 0.0


async def watch(here: Program, there: Program, address: str) -> None:
    tell_address(here, there.id, address)
    if not there.kept:
        there.tick()
    here.links.expect(there.id, EVERYTHING)
    here.links.want(there.id)


async def live_through(here: Program, there: Program, proxy: Proxy) -> None:
    await watch(here, there, proxy.address)
    await here.until_state(f"out:{there.id}", LinkState.LIVE)
    await here.until(lambda: bool(here.batches))


async def cut_everywhere(here: Program, there: Program, up: bool, step: int = 1, begin: int = 0) -> set[Reason | None]:
    """Cut the first connection after ``begin`` bytes, the next one after ``step`` more, and so on, until one lives."""
    reasons: set[Reason | None] = set()
    link = f"out:{there.id}"
    async with Proxy(await there.listen()) as proxy:
        quick(here)
        proxy.faults.refuse = True
        await watch(here, there, proxy.address)
        await here.until_state(link, LinkState.BACKOFF)
        proxy.faults.refuse = False
        count, seen = begin, len(here.steps)
        while here.state(link) is not LinkState.LIVE:
            if up:
                proxy.faults.cut_up = count
            else:
                proxy.faults.cut_down = count
            connections = proxy.connections
            here.links.retry()
            await here.until(
                lambda connections=connections: (
                    proxy.connections > connections
                    and here.state(link) in (LinkState.BACKOFF, LinkState.REFUSED, LinkState.LIVE)
                )
            )
            reasons |= {
                step.reason for step in here.steps[seen:] if step.after in (LinkState.BACKOFF, LinkState.REFUSED)
            }
            seen = len(here.steps)
            count += step
        assert count > 300 // step
    return reasons


@pytest.mark.parametrize("up", [True, False])
async def test_cut_at_every_byte_of_the_handshake(up: bool) -> None:
    here, there = plain_pair()
    async with closing(here, there):
        reasons = await cut_everywhere(here, there, up)
        assert reasons <= {Reason.CUT, Reason.RATE_LIMITED}
        assert there.links.server.admission.open == 0


_AT_ONCE = 4
"""Pairs that are cut side by side, each at other bytes: while one waits for the network another one computes."""


@pytest.mark.parametrize("up", [True, False])
async def test_cut_at_every_byte_of_the_secured_handshake(tmp_path: Path, up: bool) -> None:
    async with contextlib.AsyncExitStack() as stack:
        pairs = [secured_pair(tmp_path / str(number)) for number in range(_AT_ONCE)]
        for here, there in pairs:
            await stack.enter_async_context(closing(here, there))
        found = await asyncio.gather(
            *(cut_everywhere(here, there, up, _AT_ONCE, begin) for begin, (here, there) in enumerate(pairs))
        )
        for reasons, (_, there) in zip(found, pairs, strict=True):
            # Cut again and again between proof and answer is what a peer that does not know us looks like.
            assert reasons <= {Reason.CUT, Reason.TLS_FAILED, Reason.NOT_PAIRED, Reason.RATE_LIMITED}
            assert there.links.server.admission.open == 0


@pytest.mark.parametrize("secured", [False, True])
async def test_closing_at_any_moment_of_dialling_leaves_nothing(tmp_path: Path, secured: bool) -> None:
    for passed in (0, 100, 300, 1000):
        here, there = secured_pair(tmp_path) if secured else plain_pair()
        async with closing(here, there), Proxy(await there.listen()) as proxy:
            proxy.faults.stop_down = passed
            await watch(here, there, proxy.address)
            await proxy.passed(50, passed if secured else min(passed, 200))
            await here.links.close()
            assert here.state(f"out:{there.id}") is LinkState.DISABLED


async def test_a_cut_link_comes_back_and_what_was_missed_is_filled_in() -> None:
    here, there = plain_pair()
    quick(here)
    async with closing(here, there), Proxy(await there.listen()) as proxy:
        await live_through(here, there, proxy)
        for round_ in range(5):
            proxy.cut()
            there.tick(3)
            await here.until(lambda round_=round_: proxy.connections > round_ + 1)
            await here.until_state("out:beta", LinkState.LIVE)
        there.tick()
        filled = here.report("out:beta")
        await here.until(lambda: here.has("beta", range(1, 18)))
        assert filled.counts.connections >= 5


# Time is stepped by the test: what the clock brings is brought when nothing else happens any more.

IMPATIENT = DialLimits(resolve=0.3, connect=0.3, secure=0.3, upgrade=0.3)


async def step_until(times: SteppedTimes, program: Program, link: str, state: LinkState) -> float:
    """Let time pass until ``link`` is in ``state``; how much it took."""
    passed = 0.0
    while program.state(link) is not state:
        assert passed < 120.0
        times.step(0.25)
        passed += 0.25
        for _ in range(3):
            await turn()
    return passed


async def let_fill(times: SteppedTimes) -> None:
    """Let the time pass after which holes are asked for, and blocks follow each other."""
    for _ in range(8):
        times.step(0.25)
        await turn()


async def test_when_nothing_passes_the_link_is_stale_then_cut_and_comes_back() -> None:
    times = SteppedTimes()
    here = Program("alpha", PlainTrust([Peer("beta", "beta")]), times=times, limits=IMPATIENT)
    there = Program("beta", PlainTrust([Peer("alpha", "alpha")]))
    async with closing(here, there), Proxy(await there.listen()) as proxy:
        await live_through(here, there, proxy)
        proxy.faults.open.clear()
        assert await step_until(times, here, "out:beta", LinkState.STALE) <= 3.5
        there.tick(3)
        assert await step_until(times, here, "out:beta", LinkState.BACKOFF) <= 6.0
        assert here.report("out:beta").reason is Reason.SILENT
        times.step(0.3)
        # The next try is made through a network that takes it and answers nothing.
        here.links.retry()
        await here.until_state("out:beta", LinkState.BACKOFF, Reason.GREETING_TIMEOUT)
        proxy.faults.open.set()
        here.links.retry()
        await here.until_state("out:beta", LinkState.LIVE)
        there.tick()
        await let_fill(times)
        await here.until(lambda: here.has("beta", range(1, 6)))


async def test_byte_by_byte_everything_still_works() -> None:
    here, there = plain_pair()
    async with closing(here, there), Proxy(await there.listen()) as proxy:
        proxy.faults.bytewise = True
        await live_through(here, there, proxy)
        there.tick(5)
        await here.until(lambda: here.has("beta", range(1, 7)))


async def pass_bytes(times: SteppedTimes, proxy: Proxy, seconds: float) -> None:
    """Let one byte pass each way, where there is one, and ``seconds`` go by."""
    trickle, before = proxy.faults.trickle, proxy.trickled
    assert trickle is not None
    for way in trickle:
        if way.locked():
            way.release()
    for _ in range(100):
        await turn()
        if proxy.trickled > before:
            break
    times.step(seconds)
    await turn()


async def test_who_says_a_byte_a_second_is_hung_up_on_and_keeps_nobody_out() -> None:
    times = SteppedTimes()
    here, other = plain_pair()[0], Program("gamma", PlainTrust([Peer("beta", "beta")]))
    there = Program("beta", PlainTrust([Peer("alpha", "a"), Peer("gamma", "g")]), times=times)
    async with closing(here, other, there):
        address = await there.listen()
        async with asyncio.timeout(PATIENCE), Proxy(address) as proxy:
            proxy.faults.trickle = (asyncio.Semaphore(0), asyncio.Semaphore(0))
            await watch(here, there, proxy.address)
            while not there.links.server.admission.open:
                await turn()
            seconds = 0
            while there.links.server.admission.open:
                await pass_bytes(times, proxy, 1.0)
                seconds += 1
            assert seconds == PROOF_LIMIT
            await watch(other, there, address)
            await other.until(lambda: bool(other.batches))
            assert there.state("in:alpha") is LinkState.DISABLED


async def test_a_trickle_that_is_quick_enough_carries_a_link_and_one_that_is_not_is_silence() -> None:
    times = SteppedTimes()
    here = Program("alpha", PlainTrust([Peer("beta", "beta")]), times=times)
    there = Program("beta", PlainTrust([Peer("alpha", "alpha")]), times=times)
    async with closing(here, there), asyncio.timeout(PATIENCE), Proxy(await there.listen()) as proxy:
        proxy.faults.trickle = (asyncio.Semaphore(0), asyncio.Semaphore(0))
        begun = times.now()
        await watch(here, there, proxy.address)
        while not here.batches:
            await pass_bytes(times, proxy, 0.003)
        assert 1.0 < times.now() - begun < PROOF_LIMIT, "whole seconds of handshake, greeting and catalog"
        there.tick(3)
        while not here.has("beta", range(1, 5)):
            await pass_bytes(times, proxy, 0.003)
        seconds = 0
        while here.state("out:beta") is not LinkState.BACKOFF:
            there.tick()
            await pass_bytes(times, proxy, 1.0)
            seconds += 1
        assert here.report("out:beta").reason is Reason.SILENT
        assert 5 <= seconds <= 60
        assert LinkState.STALE in [step.after for step in here.steps]
        proxy.faults.trickle = None
        proxy.cut()
        here.links.retry()
        await here.until_state("out:beta", LinkState.LIVE)
        there.tick()
        await let_fill(times)
        await here.until(lambda: here.has("beta", range(1, there.kept[-1].sequence + 1)))


async def test_one_who_takes_nothing_is_served_nothing_and_is_given_up() -> None:
    times = SteppedTimes()
    here, other = plain_pair()[0], Program("gamma", PlainTrust([Peer("beta", "beta")]))
    there = Program("beta", PlainTrust([Peer("alpha", "a"), Peer("gamma", "g")]), series=2000, times=times)
    async with closing(here, other, there):
        address = await there.listen()
        async with Proxy(address) as proxy:
            await live_through(here, there, proxy)
            await watch(other, there, address)
            await other.until(lambda: bool(other.batches))
            proxy.faults.open_down.clear()
            largest, seconds = 0, 0
            while there.state("in:alpha") in (LinkState.LIVE, LinkState.STALE):
                there.tick()
                times.step(1.0)
                await other.until(lambda: other.has("beta", [there.kept[-1].sequence]))
                largest = max(largest, there.report("in:alpha").in_flight)
                seconds += 1
                assert seconds < 300, "it is given up"
            report = there.report("in:alpha")
            assert report.reason is Reason.TOO_SLOW
            assert report.counts.ticks_out < there.kept[-1].sequence - 10
            assert 0 < largest <= 1 << 16
            assert len(other.batches) == there.kept[-1].sequence, "the other one missed nothing"


async def test_one_who_takes_nothing_for_a_while_jumps_to_now_and_the_hole_is_filled() -> None:
    here = Program("alpha", PlainTrust([Peer("beta", "beta")]))
    there = Program("beta", PlainTrust([Peer("alpha", "alpha")]), series=2000)
    async with closing(here, there), Proxy(await there.listen()) as proxy:
        await live_through(here, there, proxy)
        proxy.faults.open_down.clear()
        while there.report("in:alpha").in_flight == 0:
            there.tick()
            await turn()
        there.tick(20)
        proxy.faults.open_down.set()
        await here.until(lambda: here.sequences("beta")[-1] == there.kept[-1].sequence)
        assert here.report("out:beta").counts.skipped_in > 0
        await here.until(lambda: here.has("beta", range(1, there.kept[-1].sequence + 1)))
        assert here.report("out:beta").counts.filled > 0


class Child:
    """A publisher in another process."""

    def __init__(self, process: Process, address: str) -> None:
        self.process = process
        self.address = address

    def tick(self, count: int = 1) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n" * count)


@asynccontextmanager
async def publisher() -> AsyncIterator[Child]:
    command = [sys.executable, "-m", "tests.transport.publisher_process"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None
    try:
        yield Child(process, (await process.stdout.readline()).decode().strip())
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def test_a_machine_that_stands_still_is_noticed_and_found_again() -> None:
    times = SteppedTimes()
    async with publisher() as child:
        known = PlainTrust([Peer("alpha", "alpha", addresses=(child.address,))])
        here = Program("beta", known, times=times, limits=IMPATIENT)
        async with closing(here):
            here.links.expect("alpha", EVERYTHING)
            here.links.want("alpha")
            await here.until(lambda: bool(here.batches))
            child.process.send_signal(signal.SIGSTOP)
            child.tick(3)
            await step_until(times, here, "out:alpha", LinkState.BACKOFF)
            assert here.report("out:alpha").reason is Reason.SILENT
            times.step(0.3)
            # The kernel of a machine that stands still goes on to accept connections.
            here.links.retry()
            await here.until_state("out:alpha", LinkState.BACKOFF, Reason.GREETING_TIMEOUT)
            child.process.send_signal(signal.SIGCONT)
            here.links.retry()
            await here.until_state("out:alpha", LinkState.LIVE)
            await here.until(lambda: here.has("alpha", [4]))
            await let_fill(times)
            await here.until(lambda: here.has("alpha", range(1, 5)))


async def test_a_machine_that_dies_is_noticed_at_once() -> None:
    async with publisher() as child:
        here = Program("beta", PlainTrust([Peer("alpha", "alpha", addresses=(child.address,))]))
        async with closing(here):
            here.links.expect("alpha", EVERYTHING)
            here.links.want("alpha")
            await here.until(lambda: bool(here.batches))
            child.process.kill()
            await here.until_state("out:alpha", LinkState.BACKOFF)
            assert here.report("out:alpha").reason in (Reason.CUT, Reason.NOBODY_LISTENS)
