"""Listening: what strangers get, and what they may not do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from pathlib import Path

import pytest

from sysmon.model.errors import ConfigError
from sysmon.model.link import LinkState, Reason
from sysmon.transport.admission import Admission
from sysmon.transport.wire import Wire
from tests.transport.made import EVERYTHING, PATIENCE, Program, closing, plain_pair, secured_pair, tell_address

UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"


async def ask(address: str, path: str, headers: str = "Host: localhost\r\n", method: str = "GET") -> str:
    """The answer to one request, until the other end hangs up."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{method} {path} HTTP/1.1\r\n{headers}\r\n".encode())
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    return answer.decode(errors="replace")


async def test_pages_for_those_who_watch_over_services() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        address = await there.listen()
        assert (await ask(address, "/healthz")).startswith("HTTP/1.1 200")
        assert (await ask(address, "/metrics")).startswith("HTTP/1.1 404")
        there.links.server.metrics = lambda: "sysmon_up 1\n# EOF\n"
        answer = await ask(address, "/metrics")
        assert answer.startswith("HTTP/1.1 200")
        assert "application/openmetrics-text" in answer
        assert answer.endswith("sysmon_up 1\n# EOF\n")
        there.links.server.healthy = lambda: False
        assert (await ask(address, "/healthz")).startswith("HTTP/1.1 503")
        assert (await ask(address, "/etc/passwd")).startswith("HTTP/1.1 404")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/healthz", "Host: evil.example\r\n", "421"),
        ("/healthz", "Host: localhost\r\nHost: evil.example\r\n", "421"),
        ("/healthz", "", "421"),
        ("/healthz", "Host: 192.0.2.1:7000\r\n", "200"),
        ("/healthz", "Host: [::1]:7000\r\n", "200"),
        ("/as/alpha", f"Host: evil.example\r\n{UPGRADE}Sec-WebSocket-Protocol: sysmon.v1\r\n", "421"),
        (
            "/as/alpha",
            f"Host: localhost\r\nOrigin: http://localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: sysmon.v1\r\n",
            "403",
        ),
        ("/as/alpha", f"Host: localhost\r\n{UPGRADE}", "400"),
        ("/as/alpha", f"Host: localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: chat\r\n", "400"),
        ("/as/stranger", f"Host: localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: sysmon.v1\r\n", "401"),
        ("/", f"Host: localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: sysmon.v1\r\n", "401"),
        ("/pair", f"Host: localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: sysmon.pair.v1\r\n", "403"),
    ],
)
async def test_who_is_turned_away(path: str, headers: str, status: str) -> None:
    here, there = plain_pair()
    async with closing(here, there):
        answer = await ask(await there.listen(), path, headers)
        assert answer.split()[1] == status
    assert there.links.server.admission.open == 0


async def test_pairing_is_handed_over_while_it_is_open() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        address = await there.listen()
        spellings: list[str] = []

        async def pair(wire: Wire) -> None:
            spellings.append(wire.spelling)

        there.links.on_pairing = pair
        upgrade = f"Host: localhost\r\n{UPGRADE}Sec-WebSocket-Protocol: "
        answer = await ask(address, "/pair", f"{upgrade}sysmon.pair.v1\r\n")
        assert answer.startswith("HTTP/1.1 101")
        assert spellings == ["sysmon.pair.v1"]
        assert (await ask(address, "/pair", f"{upgrade}sysmon.v1\r\n")).startswith("HTTP/1.1 400")
        answer = await ask(address, "/as/alpha", f"{upgrade}sysmon.pair.v1\r\n")
        assert answer.startswith("HTTP/1.1 101"), "opened, and closed at once"
        assert spellings == ["sysmon.pair.v1"]


async def test_a_port_that_is_in_use_is_said() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        host, _, port = (await there.listen()).rpartition(":")
        with pytest.raises(ConfigError, match=port):
            await here.links.listen([("127.0.0.1", 0), (host, int(port))])
        assert here.links.server.addresses == ()


async def test_over_the_limit_peers_are_asked_to_come_later() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        there.links.visitors.most = 0
        tell_address(here, "beta", await there.listen())
        here.links.want("beta")
        report = await here.until_state("out:beta", LinkState.BACKOFF, Reason.BUSY)
        assert report.next_try - report.since >= 5.0, "the hint is waited out"


class Crowd:
    """Many who connect and say nothing."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))
        self.sockets: list[socket.socket] = []

    async def come(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(count):
            sock = socket.socket()
            sock.setblocking(False)
            self.sockets.append(sock)
            await loop.sock_connect(sock, self._address)

    def go(self) -> None:
        for sock in self.sockets:
            sock.close()
        self.sockets.clear()


async def hung_up(sock: socket.socket) -> None:
    """Wait until the other end hung up on ``sock``."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionError):
            assert await loop.sock_recv(sock, 1) == b""


async def watched_pair() -> tuple[Program, Program, str]:
    here, there = plain_pair()
    address = await there.listen()
    tell_address(here, "beta", address)
    there.tick()
    here.links.expect("beta", EVERYTHING)
    here.links.want("beta")
    await here.until_state("out:beta", LinkState.LIVE)
    return here, there, address


async def test_ten_thousand_connections_of_one_address_are_bounded_and_disturb_nobody_inside() -> None:
    here, there, address = await watched_pair()
    crowd = Crowd(address)
    async with closing(here, there):
        for _ in range(100):
            await crowd.come(100)
            for sock in crowd.sockets[-10:]:
                await hung_up(sock)
            assert there.links.server.admission.open <= 42
            there.tick()
            crowd.go()
        await here.until(lambda: here.sequences("beta")[-1] == 101)
        assert there.links.server.admission.refused > 9_000


async def test_one_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.transport.server.PROOF_LIMIT", 0.2)
    here, there = plain_pair()
    async with closing(here, there):
        crowd = Crowd(await there.listen())
        await crowd.come(3)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(crowd.sockets[0], b"GET / HT")
        await loop.sock_sendall(crowd.sockets[1], b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        for sock in crowd.sockets:
            await hung_up(sock)
        assert there.links.server.admission.open == 0
        crowd.go()


async def test_one_who_says_nothing_within_tls_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysmon.transport.server.PROOF_LIMIT", 0.2)
    here, there = secured_pair(tmp_path)
    async with closing(here, there):
        crowd = Crowd(await there.listen())
        await crowd.come(2)
        await asyncio.get_running_loop().sock_sendall(crowd.sockets[0], b"\x16\x03\x01\x02\x00")
        for sock in crowd.sockets:
            await hung_up(sock)
        crowd.go()
    assert there.links.server.admission.open == 0


async def test_without_its_key_nobody_is_let_in_and_it_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = secured_pair(tmp_path)
    async with closing(here, there):
        crowd = Crowd(await there.listen())
        (tmp_path / "beta" / "identity.pem").unlink()
        await crowd.come(3)
        for sock in crowd.sockets:
            await hung_up(sock)
        crowd.go()
        tell_address(there, here.id, "127.0.0.1:1")
        there.links.want(here.id)
        await there.until_state(f"out:{here.id}", LinkState.REFUSED, Reason.NO_KEY)
    assert sum("nobody can be let in" in record.getMessage() for record in caplog.records) == 1
    assert there.links.server.admission.open == 0


async def test_without_descriptors_it_waits_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sysmon.transport.server._PAUSE", 0.01)
    here, there = plain_pair()
    loop = asyncio.get_running_loop()
    accept = loop.sock_accept
    refusals = iter(range(3))

    async def sparingly(sock: socket.socket) -> tuple[socket.socket, object]:
        if next(refusals, None) is not None:
            raise OSError(errno.EMFILE, "Too many open files")
        return await accept(sock)

    monkeypatch.setattr(loop, "sock_accept", sparingly)
    async with closing(here, there):
        assert (await ask(await there.listen(), "/healthz")).startswith("HTTP/1.1 200")
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "cannot accept connections: [Errno 24] Too many open files"
    ]


async def test_closing_leaves_nothing() -> None:
    here, there, address = await watched_pair()
    crowd = Crowd(address)
    await crowd.come(5)
    there.links.server.admission = Admission()
    await there.links.close()
    await there.links.close()
    await here.until_state("out:beta", LinkState.BACKOFF, Reason.DRAINING)
    for sock in crowd.sockets:
        await hung_up(sock)
    crowd.go()
    with pytest.raises(ConnectionRefusedError):
        await ask(address, "/healthz")
    await here.links.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
