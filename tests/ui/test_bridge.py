from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from sysmon.model.host import LOCAL
from sysmon.model.sample import Catalog
from sysmon.runtime.engine import EngineOptions
from sysmon.runtime.engine_thread import EngineThread
from sysmon.ui.bridge import Bridge
from tests.pipeline.made import batch, gauges
from tests.runtime.test_engine import made_engine

CATALOG = Catalog(gauges(2))
STILL = EngineOptions(interval=10.0)
"""Samples so seldom that a test sees only what it publishes itself."""


class Shell:
    def __init__(self) -> None:
        self.engine, _ = made_engine(STILL)
        self.thread = EngineThread(self.engine)
        self.thread.start()
        self.parent = QObject()
        self.bridge = Bridge(self.thread, self.parent)
        self.heard: list[threading.Thread] = []
        self.sequence = 0
        self.thread.call(asyncio.sleep(0.02)).result()  # the engine tells that it began
        QCoreApplication.processEvents()
        self.bridge.arrived.connect(lambda: self.heard.append(threading.current_thread()))

    def publish(self, count: int) -> None:
        """``count`` batches of another machine, at once, on the engine's loop."""

        def many() -> None:
            for _ in range(count):
                self.sequence += 1
                self.engine.bus.publish(batch(CATALOG, self.sequence, [1.0, 2.0], host="atlas"))

        self.thread.post(many)

    def close(self) -> None:
        self.bridge.close()
        assert self.thread.stop()


@pytest.fixture
def shell(qapp: object) -> Iterator[Shell]:
    made = Shell()
    yield made
    made.close()


def test_many_batches_are_one_wake_up_on_the_windows_thread(shell: Shell, qtbot: QtBot) -> None:
    shell.publish(500)
    shell.thread.call(asyncio.sleep(0)).result()  # all are published before this thread looks
    qtbot.waitUntil(lambda: bool(shell.heard))
    qtbot.wait(60)
    assert shell.heard == [threading.main_thread()]


def test_what_woke_us_is_in_the_store_already(shell: Shell, qtbot: QtBot) -> None:
    seen: list[list[str]] = []
    shell.bridge.arrived.connect(lambda: seen.append(shell.bridge.query.hosts()))
    shell.publish(1)
    qtbot.waitUntil(lambda: bool(seen))
    assert "atlas" in seen[0]


def test_news_that_comes_while_we_are_told_is_told_again(shell: Shell, qtbot: QtBot) -> None:
    def more() -> None:
        if len(shell.heard) == 1:
            shell.publish(3)

    shell.bridge.arrived.connect(more)
    shell.publish(1)
    qtbot.waitUntil(lambda: len(shell.heard) == 2)


def test_a_stream_of_batches_wakes_at_most_once_a_frame(shell: Shell, qtbot: QtBot) -> None:
    for _ in range(10):
        shell.publish(10)
        qtbot.wait(2)
    qtbot.wait(40)
    assert 1 <= len(shell.heard) <= 8


def test_a_command_answers_on_the_windows_thread(shell: Shell, qtbot: QtBot) -> None:
    ran: list[threading.Thread] = []
    answers: list[tuple[int, threading.Thread]] = []

    async def command() -> int:
        ran.append(threading.current_thread())
        return 7

    def done(future: Future[int]) -> None:
        answers.append((future.result(), threading.current_thread()))

    shell.bridge.call(command(), done)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(7, threading.main_thread())]
    assert ran[0] is not threading.main_thread()


def test_a_command_that_fails_answers_too(shell: Shell, qtbot: QtBot) -> None:
    failures: list[BaseException | None] = []

    async def command() -> None:
        raise OSError("no")

    shell.bridge.call(command(), lambda future: failures.append(future.exception()))
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], OSError)


def test_after_close_nothing_comes(shell: Shell, qtbot: QtBot) -> None:
    async def command() -> None: ...

    answers: list[object] = []
    shell.publish(1)
    shell.bridge.call(command(), answers.append)
    shell.bridge.close()
    shell.bridge.close()
    shell.publish(5)
    qtbot.wait(60)
    assert shell.heard == []
    assert answers == []
    assert shell.bridge.query.version(LOCAL) >= 0


def test_commands_after_the_engine_ended_are_dropped(shell: Shell, qtbot: QtBot) -> None:
    async def command() -> None: ...

    assert shell.thread.stop()
    answers: list[object] = []
    shell.bridge.call(command(), answers.append)
    assert not shell.bridge.post(lambda: None)
    qtbot.wait(20)
    assert answers == []
