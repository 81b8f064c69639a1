"""A change of the network is told once, by the kernel where it tells, else by comparing; and nothing is left."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import psutil
import pytest

from sysmon.transport import network_watch
from sysmon.transport.network_watch import NetworkWatch


class Changes:
    def __init__(self) -> None:
        self.count = 0
        self.came = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self.came.set()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_watch, "SETTLE", 0.05)
    monkeypatch.setattr(network_watch, "EVERY", 0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="rtnetlink is of Linux")
async def test_the_kernel_tells_of_an_address_and_many_messages_are_one_change() -> None:
    changes = Changes()
    watch = NetworkWatch(changes, tuple)
    watch.open()
    assert watch._socket is not None
    # What the kernel says of a change reaches every listener as a message; any message counts.
    for _ in range(10):
        watch._note()
    await asyncio.wait_for(changes.came.wait(), 5.0)
    assert changes.count == 1
    await watch.close()


@pytest.mark.skipif(sys.platform != "linux", reason="rtnetlink is of Linux")
async def test_an_address_that_comes_is_noticed() -> None:
    made = (
        await asyncio.to_thread(
            subprocess.run, ["ip", "address", "add", "127.77.7.7/32", "dev", "lo"], capture_output=True, check=False
        )
        if await asyncio.to_thread(_has_ip)
        else None
    )
    if made is None or made.returncode:
        pytest.skip("addresses cannot be added here: no iproute2, or no permission")
    changes = Changes()
    watch = NetworkWatch(changes, tuple)
    watch.open()
    await asyncio.to_thread(subprocess.run, ["ip", "address", "del", "127.77.7.7/32", "dev", "lo"], check=True)
    await asyncio.wait_for(changes.came.wait(), 5.0)
    await watch.close()


def _has_ip() -> bool:
    import shutil

    return shutil.which("ip") is not None


async def test_where_nothing_tells_addresses_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(network_watch, "_listen", refuse)
    addresses = iter([["a"], ["a"], ["a", "b"]])
    changes = Changes()
    watch = NetworkWatch(changes, lambda: next(addresses, ["a", "b"]))
    watch.open()
    await asyncio.wait_for(changes.came.wait(), 5.0)
    assert changes.count == 1
    await watch.close()


async def test_it_leaves_nothing() -> None:
    process, changes = psutil.Process(), Changes()
    descriptors, tasks = process.num_fds(), len(asyncio.all_tasks())
    watch = NetworkWatch(changes, tuple)
    watch.open()
    watch._note()
    await watch.close()
    await watch.close()
    assert process.num_fds() == descriptors
    assert len(asyncio.all_tasks()) == tasks
    assert changes.count == 0
