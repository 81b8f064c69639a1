from __future__ import annotations

import asyncio
import signal

import pytest

from sysmon.runtime.end_signals import SIGNALS, end_signals


async def told(number: signal.Signals) -> int:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    with end_signals(future.set_result):
        signal.raise_signal(number)
        async with asyncio.timeout(5.0):
            return await future


@pytest.mark.parametrize("number", SIGNALS)
def test_each_signal_is_told_on_the_loop_and_does_not_kill(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    assert asyncio.run(told(number)) == number
    # asyncio.run gives SIGINT back itself; the others are given back by the context.
    assert [signal.getsignal(each) for each in SIGNALS] == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    async def scene() -> list[int]:
        heard: list[int] = []
        with end_signals(heard.append):
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)
        return heard

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert asyncio.run(scene()) == []
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
