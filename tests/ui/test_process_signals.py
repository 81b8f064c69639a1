from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from sysmon.ui.process_signals import ProcessSignals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill() ends a process on Windows, whatever it handles")


def open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


class Taken:
    def __init__(self) -> None:
        self.parent = QObject()
        self.got: list[int] = []
        self.signals = ProcessSignals(self.parent, self.got.append)


@pytest.fixture
def taken(qapp: object) -> Iterator[Taken]:
    made = Taken()
    yield made
    made.signals.close()


def test_a_signal_arrives_in_the_qt_loop(taken: Taken, qtbot: QtBot) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: taken.got == [signal.SIGTERM])


def test_several_signals_arrive_in_order(taken: Taken, qtbot: QtBot) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGHUP)
    qtbot.waitUntil(lambda: len(taken.got) == 3)
    assert sorted(taken.got) == sorted([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])


def test_a_signal_that_is_not_ours_is_not_delivered(taken: Taken, qtbot: QtBot) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        qtbot.waitUntil(lambda: bool(taken.got))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert taken.got == [signal.SIGTERM]


def test_more_signals_than_the_socket_holds_do_not_block(taken: Taken, qtbot: QtBot) -> None:
    for _ in range(5000):
        signal.raise_signal(signal.SIGHUP)
    qtbot.waitUntil(lambda: bool(taken.got))
    assert set(taken.got) == {signal.SIGHUP}


def test_close_gives_everything_back(qapp: object) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    descriptors = open_descriptors()
    for _ in range(20):
        parent = QObject()
        signals = ProcessSignals(parent, lambda _: None)
        signals.close()
        signals.close()
    assert signal.getsignal(signal.SIGTERM) is handler
    assert signal.set_wakeup_fd(-1) == -1
    assert open_descriptors() == descriptors


def test_a_wakeup_descriptor_of_somebody_else_is_kept(qapp: object) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno())
        parent = QObject()
        ProcessSignals(parent, lambda _: None).close()
        assert signal.set_wakeup_fd(-1) == theirs.fileno()


def test_an_idle_loop_wakes_at_once_and_is_not_polled() -> None:
    """A loop that nothing else wakes ends on SIGTERM; a counting event filter sees no timer."""
    program = (
        "import os, signal, sys, threading\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from sysmon.ui.process_signals import ProcessSignals\n"
        "app = QCoreApplication([])\n"
        "signals = ProcessSignals(app, lambda number: app.exit(number))\n"
        "print('ready', flush=True)\n"
        "sys.exit(app.exec())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == signal.SIGTERM
