"""The engine on a thread of its own: in by call and post, out in bounded time."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sysmon.model.host import LOCAL
from sysmon.runtime.engine import Engine
from sysmon.runtime.engine_thread import EngineThread
from tests.runtime.test_engine import made_engine, sampled


def test_start_call_post_stop() -> None:
    engine, collector = made_engine()
    thread = EngineThread(engine)
    thread.start()
    thread.call(sampled(engine, 2)).result(10.0)
    posted = threading.Event()
    assert thread.post(posted.set)
    assert posted.wait(5.0)
    assert thread.stop()
    assert thread.stop()
    assert collector.closed == 1
    assert engine.query.version(LOCAL) >= 2


def test_after_the_stop_nothing_is_taken() -> None:
    engine, _ = made_engine()
    thread = EngineThread(engine)
    thread.start()
    assert thread.stop()
    assert not thread.post(lambda: None)
    with pytest.raises(RuntimeError, match="not running"):
        thread.call(asyncio.sleep(0))


def test_an_engine_that_cannot_start_says_so_to_the_caller() -> None:
    engine, _ = made_engine()

    class Broken(Engine):
        async def start(self) -> None:
            raise OSError("no /proc")

    broken = Broken(engine.options, [], None)
    thread = EngineThread(broken)
    with pytest.raises(OSError, match="no /proc"):
        thread.start()
    assert thread.stop()


def test_never_started_may_be_stopped() -> None:
    engine, _ = made_engine()
    assert EngineThread(engine).stop()
