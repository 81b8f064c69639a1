"""From words to places."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from sysmon.model.link import Reason
from sysmon.transport.failures import Failure
from sysmon.transport.resolver import AT_ONCE, Place, Resolver, join, split


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("atlas:7000", ("atlas", 7000)),
        ("192.0.2.1:1", ("192.0.2.1", 1)),
        ("[2001:db8::1]:65535", ("2001:db8::1", 65535)),
        ("[fe80::1%eth0]:80", ("fe80::1%eth0", 80)),
    ],
)
def test_splitting(address: str, parts: tuple[str, int]) -> None:
    assert split(address) == parts


@pytest.mark.parametrize(
    "address", ["", "atlas", "atlas:", ":80", "atlas:0", "atlas:65536", "atlas:٣", "2001:db8::1:80", "a:-1"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match=r"host:port|brackets"):
        split(address)


def test_joining() -> None:
    assert join(("192.0.2.1", 80)) == "192.0.2.1:80"
    assert join(("2001:db8::1", 80, 0, 0)) == "[2001:db8::1]:80"
    assert join("") == join(()) == join(None) == ""


async def test_numbers_need_no_name_server() -> None:
    resolver = Resolver()
    before = threading.active_count()
    assert await resolver.places("127.0.0.1:80") == [Place(socket.AF_INET, "127.0.0.1", 80)]
    assert await resolver.places("[::1]:80") == [Place(socket.AF_INET6, "::1", 80, (0, 0))]
    assert (await resolver.places("[fe80::1%1]:80"))[0].address == ("fe80::1", 80, 0, 1)
    assert threading.active_count() == before


async def test_names_are_looked_up() -> None:
    assert any(place.host in ("127.0.0.1", "::1") for place in await Resolver().places("localhost:80"))


@pytest.mark.parametrize("address", ["no-such-name.invalid:80", "nonsense", "a" * 300 + ".invalid:1", "..:80"])
async def test_names_that_lead_nowhere(address: str) -> None:
    with pytest.raises(Failure) as caught:
        await Resolver().places(address)
    assert caught.value.reason is Reason.NAME_UNKNOWN


async def test_a_name_server_that_hangs_costs_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    waiting = threading.Semaphore(0)

    def hang(*_: object, **__: object) -> list[object]:
        waiting.release()
        release.wait(30)
        return [(socket.AF_INET, 1, 6, "", ("192.0.2.7", 80)), (socket.AF_INET6, 1, 6, "", ("2001:db8::7", 80, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    before = threading.active_count()
    resolver = Resolver()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(resolver.places(f"name{n}:80")) for n in range(3 * AT_ONCE)]
        await asyncio.to_thread(lambda: [waiting.acquire() for _ in range(AT_ONCE)])
        assert sum(one.name == "sysmon-resolver" for one in threading.enumerate()) == AT_ONCE
        tasks[-1].cancel()
        release.set()
    assert {task.result()[1].host for task in tasks[:-1]} == {"2001:db8::7"}
    assert threading.active_count() <= before + 1 + AT_ONCE
