from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from sysmon.runtime.paths import Paths
from sysmon.ui.single_instance import SingleInstance, Wish, address


def paths_in(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


_SECOND = """
import sys
from pathlib import Path
import msgspec
from PySide6.QtCore import QCoreApplication
from sysmon.runtime.paths import Paths
from sysmon.ui.single_instance import SingleInstance, Wish
app, folder = QCoreApplication([]), Path(sys.argv[1])
instance = SingleInstance(None, Paths(folder / "config", folder / "state", folder / "data", folder / "run"))
if instance.claim():
    sys.exit(7)
sys.exit(0 if instance.ask(msgspec.json.decode(sys.argv[2], type=Wish), int(sys.argv[3])) else 1)
"""


class Second:
    """A second start. A process: asking blocks, and holds Python's lock meanwhile."""

    def __init__(self, folder: Path, wish: Wish, patience: int = 10_000) -> None:
        arguments = [str(folder), msgspec.json.encode(wish).decode(), str(patience)]
        self._process = subprocess.Popen([sys.executable, "-c", _SECOND, *arguments])

    def ended(self, qtbot: QtBot) -> int:
        """Its exit status: 0 where its wish was taken, 1 where not, 7 where it was first."""
        qtbot.waitUntil(lambda: self._process.poll() is not None, timeout=20_000)
        return self._process.wait()


@pytest.fixture
def first(tmp_path: Path, qapp: object) -> Iterator[tuple[SingleInstance, Paths]]:
    paths = paths_in(tmp_path)
    instance = SingleInstance(None, paths)
    assert instance.claim()
    yield instance, paths
    instance.close()


def test_the_first_hears_what_the_second_wants(
    first: tuple[SingleInstance, Paths], tmp_path: Path, qtbot: QtBot
) -> None:
    instance, _ = first
    assert instance.listen()
    heard: list[Wish] = []
    instance.asked.connect(heard.append)
    second = Second(tmp_path, Wish(page="cpu", host="atlas", token="t"))
    assert second.ended(qtbot) == 0
    assert heard == [Wish(page="cpu", host="atlas", token="t")]


def test_a_second_that_comes_before_the_first_listens_waits(
    first: tuple[SingleInstance, Paths], tmp_path: Path, qtbot: QtBot
) -> None:
    instance, _ = first
    heard: list[Wish] = []
    instance.asked.connect(heard.append)
    second = Second(tmp_path, Wish())
    qtbot.wait(200)
    assert instance.listen()
    assert second.ended(qtbot) == 0
    assert heard == [Wish()]


@pytest.mark.usefixtures("first")
def test_a_first_that_does_not_answer_is_given_up(tmp_path: Path, qtbot: QtBot) -> None:
    second = Second(tmp_path, Wish(), patience=300)
    assert second.ended(qtbot) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}}\n",
        b'{"page": 7}\n',
        b'{"page": "cpu", "run": "rm"}\n',
        b"\xff\xfe\n",
        b"[" * 3000 + b"\n",
    ],
)
def test_nonsense_is_thrown_out(first: tuple[SingleInstance, Paths], qtbot: QtBot, line: bytes) -> None:
    instance, paths = first
    instance.listen()
    heard: list[Wish] = []
    instance.asked.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(address(paths)[1])
    assert socket.waitForConnected(3000)
    socket.write(line)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert socket.readAll().data() == b""
    assert heard == []


def test_an_endless_line_is_thrown_out(first: tuple[SingleInstance, Paths], qtbot: QtBot) -> None:
    instance, paths = first
    instance.listen()
    socket = QLocalSocket()
    socket.connectToServer(address(paths)[1])
    assert socket.waitForConnected(3000)
    socket.write(b"x" * 100_000)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)


def test_a_visitor_that_leaves_half_way_harms_nobody(
    first: tuple[SingleInstance, Paths], tmp_path: Path, qtbot: QtBot
) -> None:
    instance, paths = first
    instance.listen()
    socket = QLocalSocket()
    socket.connectToServer(address(paths)[1])
    assert socket.waitForConnected(3000)
    socket.write(b'{"page"')
    socket.flush()
    socket.abort()
    second = Second(tmp_path, Wish(page="gpu"))
    assert second.ended(qtbot) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes vanish with their process")
def test_what_a_killed_instance_left_is_taken_over(tmp_path: Path, qtbot: QtBot) -> None:
    paths = paths_in(tmp_path)
    program = (
        "import os, sys; from pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from sysmon.runtime.paths import Paths; from sysmon.ui.single_instance import SingleInstance\n"
        "app = QCoreApplication([]); p = Path(sys.argv[1])\n"
        "one = SingleInstance(None, Paths(p / 'config', p / 'state', p / 'data', p / 'run'))\n"
        "assert one.claim() and one.listen(); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], timeout=60).returncode == -9
    lock, name = address(paths)
    assert lock.exists()
    assert Path(name).exists()
    instance = SingleInstance(None, paths)
    assert instance.claim()
    assert instance.listen()
    instance.close()
    assert not lock.exists()
    assert not Path(name).exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_folder_that_cannot_be_written_does_not_stop_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert SingleInstance(None, paths_in(tmp_path)).claim()


def test_a_file_in_the_place_of_the_folder_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    assert SingleInstance(None, paths_in(tmp_path)).claim()


def test_somebody_elses_socket_does_not_stop_the_first(first: tuple[SingleInstance, Paths]) -> None:
    """A socket whose maker still lives, under our name, while we hold the lock: it is ours to replace."""
    instance, paths = first
    other = QLocalServer()
    assert other.listen(address(paths)[1])
    assert instance.listen()
    other.close()


def test_session_user_and_folder_tell_instances_apart(tmp_path: Path) -> None:
    here = {"DISPLAY": ":1"}
    one = address(paths_in(tmp_path / "a"), here)
    assert one == address(paths_in(tmp_path / "a"), here)
    assert one != address(paths_in(tmp_path / "a"), {"DISPLAY": ":2"})
    assert one[1] != address(paths_in(tmp_path / "b"), here)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no path")
def test_a_path_too_long_for_a_socket_is_not_used(tmp_path: Path) -> None:
    name = address(paths_in(tmp_path / ("x" * 200)), {})[1]
    assert len(os.fsencode(name)) <= 100
