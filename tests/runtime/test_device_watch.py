"""What is plugged in is looked for only while somebody wants to know."""

from __future__ import annotations

import asyncio
import threading

from sysmon.model.host import LOCAL, DeviceFacts, InterfaceFacts
from sysmon.pipeline.demand import DEVICES, Demand
from sysmon.runtime.device_watch import DeviceWatch, read_devices


class Reader:
    def __init__(self, *errors: OSError) -> None:
        self.errors = list(errors)
        self.reads = 0

    def __call__(self) -> DeviceFacts:
        self.reads += 1
        if self.errors:
            raise self.errors.pop()
        return DeviceFacts(LOCAL, (), (InterfaceFacts("eth0", "wired"),))


async def watched(demand: Demand, reader: Reader, wanted: int) -> list[object]:
    """Run until ``wanted`` publications came, then end it."""
    found: list[object] = []
    enough = asyncio.Event()

    def publish(event: object) -> None:
        found.append(event)
        if len(found) >= wanted:
            enough.set()

    task = asyncio.get_running_loop().create_task(DeviceWatch(demand, publish, reader, 0.01).run())
    async with asyncio.timeout(10.0):
        await enough.wait()
    task.cancel()
    await asyncio.wait([task])
    return found


def test_looks_while_claimed_and_again_after_a_while() -> None:
    demand, reader = Demand(), Reader()
    demand.want(LOCAL, DEVICES, 1.0)
    found = asyncio.run(watched(demand, reader, 3))
    assert all(isinstance(event, DeviceFacts) and event.interface("eth0") for event in found)


def test_a_claim_from_another_thread_begins_it_and_none_means_no_look() -> None:
    demand, reader = Demand(), Reader()

    async def scene() -> None:
        task = asyncio.get_running_loop().create_task(watched(demand, reader, 1))
        await asyncio.sleep(0.05)
        assert reader.reads == 0
        threading.Thread(target=demand.want, args=(LOCAL, DEVICES, 1.0)).start()
        await task

    asyncio.run(scene())
    assert reader.reads >= 1
    assert not any(thread.name == "sysmon-devices" for thread in threading.enumerate())


def test_what_fails_is_tried_again() -> None:
    demand, reader = Demand(), Reader(OSError("busy"), OSError("busy"))
    demand.want(LOCAL, DEVICES, 1.0)
    assert len(asyncio.run(watched(demand, reader, 1))) == 1
    assert reader.reads >= 3


def test_after_the_end_claims_wake_nobody() -> None:
    demand, reader = Demand(), Reader()
    claim = demand.want(LOCAL, DEVICES, 1.0)
    asyncio.run(watched(demand, reader, 1))
    reads = reader.reads
    claim.release()
    demand.want(LOCAL, DEVICES, 1.0)
    assert reader.reads == reads


def test_this_machine_has_a_loopback() -> None:
    assert any(facts.kind == "loopback" for facts in read_devices().interfaces)
