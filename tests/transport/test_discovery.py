"""Two machines find each other over loopback; what strangers say is cut and made harmless; nothing is left behind."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.peer import Found
from sysmon.model.printable import printable
from sysmon.transport import discovery
from sysmon.transport.discovery import MOST_FOUND, PORT, SHORT, Announcement, Discovery, understood

ATLAS, DESK = "a" * 52, "b" * 52
LOOPBACK = ["127.0.0.1"]


def can_use_mdns() -> bool:
    """Whether multicast works on loopback here, which containers sometimes forbid."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            membership = socket.inet_aton("224.0.0.251") + socket.inet_aton("127.0.0.1")
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            probe.sendto(b"", ("224.0.0.251", PORT))
    except OSError:
        return False
    return not discovery._why_not()


mdns = pytest.mark.skipif(not can_use_mdns(), reason="needs multicast on loopback and UDP port 5353")


class Ear:
    """A machine that looks around."""

    def __init__(self, own: str, paired: Callable[[str], bool] = lambda _short: False) -> None:
        self.changed = asyncio.Event()
        self.discovery = Discovery(own, paired, self.changed.set, LOOPBACK)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@mdns
async def test_one_announces_and_the_other_finds_it(tmp_path: Path) -> None:
    files = Path("/proc/self/fd")
    import zeroconf.asyncio  # noqa: F401  # loaded before anything is counted

    before = sum(1 for _ in files.iterdir()) if files.is_dir() else 0
    known = {"a" * SHORT}
    atlas, desk = Ear(ATLAS), Ear(DESK, known.__contains__)
    await desk.discovery.look(True)
    await desk.discovery.look(True)
    await atlas.discovery.announce(Announcement(ATLAS, "Atlas ⚡", 4870, ("127.0.0.1",), "Linux"))
    assert atlas.discovery.announcing
    await desk.until(lambda: bool(desk.discovery.found))
    expected = Found("a" * SHORT, "Atlas ⚡", "127.0.0.1:4870", "Linux", paired=True)
    assert desk.discovery.found == (expected,)
    known.clear()
    assert desk.discovery.found[0].paired is False
    # It may say something else, and go.
    await atlas.discovery.announce(Announcement(ATLAS, "Titan", 4871, ("127.0.0.1",), "Linux"))
    await desk.until(lambda: [one.name for one in desk.discovery.found] == ["Titan"])
    await atlas.discovery.announce(None)
    assert not atlas.discovery.announcing
    await desk.until(lambda: not desk.discovery.found)
    for ear in (atlas, desk):
        await ear.discovery.close()
        await ear.discovery.close()
        await ear.discovery.look(True)
        assert ear.discovery._zeroconf is None
    assert len(asyncio.all_tasks()) == 1
    if before:
        assert sum(1 for _ in files.iterdir()) == before


@mdns
async def test_nobody_finds_itself_and_what_was_found_is_forgotten() -> None:
    atlas, desk = Ear(ATLAS), Ear(DESK)
    try:
        await atlas.discovery.announce(Announcement(ATLAS, "atlas", 4870, ("127.0.0.1",)))
        await desk.discovery.announce(Announcement(DESK, "desk", 4870, ("127.0.0.1",)))
        await desk.discovery.look(True)
        await desk.until(lambda: bool(desk.discovery.found))
        assert [one.name for one in desk.discovery.found] == ["atlas"]
        await desk.discovery.look(False)
        assert desk.discovery.found == ()
        assert desk.discovery.announcing
        await desk.discovery.network_changed()
    finally:
        await atlas.discovery.close()
        await desk.discovery.close()


@mdns
async def test_a_crowd_of_liars_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Ear(DESK)
    from zeroconf import ServiceStateChange

    await desk.discovery.look(True)
    try:
        assert desk.discovery._zeroconf is not None
        zeroconf = desk.discovery._zeroconf.zeroconf
        for number in range(5000):
            name = f"liar{number}.{discovery.SERVICE}"
            desk.discovery._heard(zeroconf, discovery.SERVICE, name, ServiceStateChange.Added)
        assert len(desk.discovery._tasks) <= discovery.MOST_ASKED
        desk.discovery._found = {str(n): Found("x", "x", "x:1") for n in range(MOST_FOUND)}
        desk.discovery._asked.clear()
        before = len(desk.discovery._tasks)
        desk.discovery._heard(zeroconf, discovery.SERVICE, f"new.{discovery.SERVICE}", ServiceStateChange.Added)
        assert len(desk.discovery._tasks) == before
    finally:
        await desk.discovery.close()
    assert desk.discovery.found == ()


async def test_a_busy_port_is_said_and_nothing_breaks(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as selfish:
        try:
            selfish.bind(("", PORT))
        except OSError:
            pytest.skip("somebody else uses UDP port 5353 here")
        desk = Ear(DESK)
        await desk.discovery.look(True)
        await desk.discovery.announce(Announcement(DESK, "desk", 4870, ("127.0.0.1",)))
        assert "another program keeps UDP port 5353" in desk.discovery.trouble
        assert desk.changed.is_set()
        assert not desk.discovery.announcing
        assert len(caplog.records) == 1
    if can_use_mdns():
        await desk.discovery.look(True)
        assert desk.discovery.trouble == ""
    await desk.discovery.close()


@mdns
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the library leaves its socket to Python
async def test_an_interface_that_is_not_there_is_said() -> None:
    desk = Discovery(DESK, lambda _short: False, lambda: None, ["203.0.113.77"])
    await desk.look(True)
    assert "cannot be found" in desk.trouble
    await desk.close()
    assert desk.found == ()


def test_the_library_is_not_loaded_before_it_is_wanted() -> None:
    program = "import sys, sysmon.transport.discovery; sys.exit('zeroconf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_what_strangers_say_is_made_harmless() -> None:
    good: dict[bytes, bytes | None] = {
        b"id": b"a" * SHORT,
        b"name": b"evil\x1b[31m\n" + b"x" * 200,
        b"system": b"\xff\xfe",
    }
    found = understood(good, ["192.0.2.1"], 4870)
    assert found is not None
    assert printable(found.name) == found.name
    assert len(found.name) == 64
    assert found.address == "192.0.2.1:4870"
    assert understood({**good, b"id": b"../../etc/passwd"}, ["192.0.2.1"], 4870) is None
    assert understood({**good, b"id": None}, ["192.0.2.1"], 4870) is None
    assert understood(good, [], 4870) is None
    assert understood(good, ["fe80::1"], 4870) is None
    assert understood(good, ["224.0.0.1", "0.0.0.0", "nonsense"], 4870) is None
    for port in (None, 0, 65536):
        assert understood(good, ["192.0.2.1"], port) is None
    both = understood(good, ["169.254.1.1", "fd00::1", "192.0.2.1"], 1)
    assert both is not None
    assert both.address == "192.0.2.1:1"
    six = understood({b"id": b"a" * SHORT}, ["fd00::1"], 1)
    assert six == Found("a" * SHORT, "unnamed", "[fd00::1]:1")


@given(
    st.dictionaries(st.sampled_from([b"id", b"name", b"system", b"x"]), st.none() | st.binary(max_size=300)),
    st.lists(st.text(max_size=20), max_size=3),
    st.none() | st.integers(-5, 70_000),
)
def test_anything_a_stranger_says_is_nothing_or_can_be_printed(
    properties: dict[bytes, bytes | None], addresses: list[str], port: int | None
) -> None:
    found = understood({b"id": b"a" * SHORT, **properties}, ["192.0.2.1", *addresses], port)
    if found is not None:
        for text in (found.id, found.name, found.address, found.system):
            assert printable(text) == text
            assert len(text) <= 64
