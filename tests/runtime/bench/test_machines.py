from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from sysmon.model.sample import SampleBatch
from sysmon.runtime.bench.center import Center
from sysmon.runtime.bench.hour import made_up
from sysmon.runtime.bench.machines import Machine, framed, name_of, ticks


def test_every_second_has_a_step_and_a_key_frame() -> None:
    frames = ticks(1_700_000_000.0)
    assert len(frames) == 300
    assert len({step for step, _ in frames}) == 300
    # A frame of a client is masked, and says so (RFC 6455, section 5.2).
    assert all(frame[0] == 0x82 and frame[1] & 0x80 for pair in frames for frame in pair)
    assert frames[7][0] != frames[7][1]


async def test_a_machine_is_let_in_and_heard() -> None:
    center = Center(None, 2)
    heard: list[SampleBatch] = []
    there = asyncio.Event()

    def take(batch: SampleBatch) -> None:
        heard.append(batch)
        if len(heard) == 2:
            there.set()

    center.bus.subscribe(SampleBatch, take)
    address = await center.listen()
    try:
        machine = await asyncio.to_thread(Machine, address, name_of(1), None, made_up("machine", 1))
        frames = ticks(1_700_000_000.0)
        machine.send(frames[4][1])
        machine.send(frames[5][0])
        async with asyncio.timeout(20):
            await there.wait()
        with pytest.raises(OSError, match="401"):
            await asyncio.to_thread(Machine, address, "stranger", None, made_up("machine", 1))
    finally:
        await center.links.close()
    assert [(one.host, one.sequence, one.time) for one in heard] == [
        (name_of(1), 5, 1_700_000_004.0),
        (name_of(1), 6, 1_700_000_005.0),
    ]
    assert center.store.spans(name_of(1)) == [(1, 5, 6)]
    assert len(center.delays) == 2
    machine.close()
    machine.send(frames[6][0])


def test_machines_end_with_their_input() -> None:
    words = [sys.executable, "-m", "sysmon.runtime.bench.machines", "127.0.0.1:9", "0", "-"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout.splitlines() in ([], [b"connected"])


def test_a_frame_says_its_size() -> None:
    assert framed(b"x" * 125) == b"\x82\xfd" + bytes(4) + b"x" * 125
    assert framed(b"x" * 126)[:8] == b"\x82\xfe\x00\x7e" + bytes(4)
    assert framed(b"x" * 70_000)[:14] == b"\x82\xff" + (70_000).to_bytes(8, "big") + bytes(4)
