"""The example of the documentation: short, with nothing but websockets, and it works."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol.codec import JSON
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.transport.trust import TrustBook
from tests.transport.machines import paired

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "subscriber.py"
MODES = ("user", "system", "idle")
ATLAS = m.Host("atlas", "Atlas")
OTHER = Series(names.MEMORY_USAGE, (("system.memory.state", "used"),))
CATALOG = Catalog((OTHER, *(Series(names.CPU_TIME, (("cpu.mode", mode),)) for mode in MODES)))


def batch(sequence: int) -> SampleBatch:
    """Each second the CPUs are idle three quarters of the time."""
    values = array("d", [5.0, 0.5 * sequence, 0.5 * sequence, 3.0 * sequence])
    return SampleBatch("atlas", 1, sequence, 1e9 + sequence, CATALOG, values)


def talk(connection: ServerConnection) -> None:
    """One session over a socket, with an instant each time that the peer is quiet."""
    feed, sequence = Feed(), 0
    feed.put_host(ATLAS, 0.25)
    side = Side(greeting("test", ATLAS, 1, limits=m.Limits(interval=0.05)), spelling=JSON)
    session = Session(side, feed, Holdings(), None, lambda: None)
    session.start(time.monotonic())
    while not session.finished:
        try:
            data = connection.recv(timeout=0.02, decode=False)
            session.receive(data, time.monotonic())
        except TimeoutError:
            sequence += 1
            feed.publish(batch(sequence))
        except ConnectionClosed:
            return
        session.wake(time.monotonic())
        while (message := session.pull(time.monotonic())) is not None:
            connection.send(message.decode())


@pytest.fixture
def machines(tmp_path: Path) -> tuple[TrustBook, TrustBook]:
    return paired(tmp_path, "program", "atlas")


@pytest.fixture
def server(machines: tuple[TrustBook, TrustBook]) -> Iterator[Server]:
    context = machines[1].server_context()
    assert context is not None
    with serve(talk, "127.0.0.1", 0, ssl=context, subprotocols=[Subprotocol(JSON)]) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join(10)
        assert not thread.is_alive()


def run(folder: Path, server: Server) -> subprocess.Popen[str]:
    port = str(server.socket.getsockname()[1])
    command = [sys.executable, str(EXAMPLE), str(folder), "127.0.0.1", port]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.timeout(60)
def test_it_prints_how_busy_the_machine_is(machines: tuple[TrustBook, TrustBook], server: Server) -> None:
    with run(machines[0].file.parent, server) as example:
        assert example.stdout is not None
        lines = [example.stdout.readline().strip() for _ in range(4)]
        example.kill()
    assert lines == ["atlas -", "atlas 25%", "atlas 25%", "atlas 25%"]


@pytest.mark.timeout(60)
def test_a_machine_that_is_not_known_is_not_listened_to(tmp_path: Path, server: Server) -> None:
    stranger, _ = paired(tmp_path / "elsewhere", "program", "vega")
    with run(stranger.file.parent, server) as example:
        assert example.wait(30) != 0
        assert example.stdout is not None
        assert example.stderr is not None
        assert example.stdout.read() == ""
        assert "CERTIFICATE_VERIFY_FAILED" in example.stderr.read()


def test_it_is_short_and_needs_nothing_but_websockets() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 30
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert {str(name).partition(".")[0] for name in imported} - set(sys.stdlib_module_names) == {"websockets"}
