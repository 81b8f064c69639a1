"""Benchmark ``fanout``: one publisher, 1,000 subscribers at 1 Hz, plain and over TLS.

The publisher is this process, with nothing but its links; the subscribers are another. What counts is the CPU
time of the publisher, system time included, and how late a tick arrives. Beside it stands the floor: as many sockets that
are given the same bytes by a loop that does nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sysmon.collectors.own_process import open_own_process
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import Figures, Station, introduce, trust_of
from sysmon.runtime.bench.subscribers import CENTER, name_of
from sysmon.transport.admission import Pace
from sysmon.transport.pool import Links

SUBSCRIBERS: Final = 1000
PLAIN_BOUND: Final = 3.0
TLS_BOUND: Final = 6.0
LATE_BOUND_MS: Final = 100.0
_STARTING_LIMIT: Final = 300.0
_SETTLE: Final = 10.0


def run() -> list[Result]:
    """Measure; two minutes."""
    return asyncio.run(_measure(SUBSCRIBERS, 20))


def run_quick() -> list[Result]:
    """A tenth of the subscribers, for a few seconds; the bounds are those of a tenth."""
    return asyncio.run(_measure(SUBSCRIBERS // 10, 6))


async def _measure(count: int, seconds: int) -> list[Result]:
    share = count / SUBSCRIBERS
    floor = await asyncio.to_thread(_floor, count, seconds)
    results = [Result("cpu_pct_floor", floor, "%", None, f"{count} sockets, the same bytes, nothing else")]
    for name, secured, bound in (("plain", False, PLAIN_BOUND), ("tls", True, TLS_BOUND)):
        cpu, late, memory, lost = await _fan_out(count, seconds, secured)
        results += [
            Result(f"cpu_pct_{name}", cpu, "%", bound * share, f"{count} subscribers at 1 Hz over {seconds} s"),
            Result(f"p99_ms_{name}", late * 1e3, "ms", LATE_BOUND_MS, "value published to value decoded"),
            Result(f"lost_{name}", lost, "", 0.0, "connections that ended meanwhile"),
            Result(f"kib_per_subscriber_{name}", memory / count / 1024, "KiB", None, "resident, of the publisher"),
        ]
    return results


async def _fan_out(count: int, seconds: int, secured: bool) -> tuple[float, float, float, float]:
    """CPU in percent of a core, 99th percentile of the delay in seconds, bytes that all subscribers cost, connections lost."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = [name_of(number) for number in range(count)]
        if secured:
            await asyncio.to_thread(introduce, folder, names, CENTER)
            identity, book, _ = trust_of(folder, CENTER)
            station = Station(identity.id)
            links = Links(station, identity.id, book)
        else:
            station = Station(CENTER)
            links = Links(station, CENTER, PlainTrust(Peer(name, name) for name in names))
        links.server.pace = Pace(2.0 * count, float(count))
        figures = Figures(station.id)
        own, tasks = open_own_process(), TaskOwner("fanout")
        gc.collect()
        before = own.read().memory
        try:
            await links.listen([("127.0.0.1", 0)])
            host, port = links.server.addresses[0]
            async with _subscribers(f"{host}:{port}", count, folder if secured else None) as child:
                ticking = tasks.start("tick", _tick(station, figures))
                await _said(child)
                # In its first seconds a link measures the clocks; that is not what a subscriber costs.
                await asyncio.sleep(_SETTLE)
                gc.collect()
                memory = own.read().memory - before
                begun, spent = time.perf_counter(), time.process_time()
                await asyncio.sleep(seconds)
                cpu = (time.process_time() - spent) / (time.perf_counter() - begun) * 100.0
                ticking.cancel()
                assert child.stdin is not None
                child.stdin.close()
                said = await _said(child)
                late, lost = float(str(said["p99"])), float(str(said["lost"]))
        finally:
            own.close()
            await tasks.close()
            await links.close()
        return cpu, late, memory, lost


async def _tick(station: Station, figures: Figures) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        station.publish(figures.next(time.time()))
        due += 1.0
        await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def _subscribers(address: str, count: int, folder: Path | None) -> AsyncGenerator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sysmon.runtime.bench.subscribers",
        address,
        str(count),
        str(folder or "-"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _said(child: asyncio.subprocess.Process) -> dict[str, object]:
    """The next thing that the subscribers say."""
    assert child.stdout is not None
    async with asyncio.timeout(_STARTING_LIMIT):
        line = await child.stdout.readline()
    if not line:
        raise RuntimeError("the subscribers ended")
    found: dict[str, object] = json.loads(line)
    return found


def _floor(count: int, seconds: int) -> float:
    """CPU in percent of a core for sending as many small messages with plain system calls."""
    pairs: list[tuple[socket.socket, socket.socket]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(count):
            ours = socket.create_connection(listener.getsockname())
            pairs.append((ours, listener.accept()[0]))
    message = os.urandom(100)
    spent = 0.0
    for _ in range(seconds):
        begun = time.process_time()
        for made, _ in pairs:
            made.send(message)
        spent += time.process_time() - begun
        for _, theirs in pairs:
            theirs.recv(4096)
    for made, theirs in pairs:
        made.close()
        theirs.close()
    return spent / seconds * 100.0
