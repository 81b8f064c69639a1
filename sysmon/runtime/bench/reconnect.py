"""Benchmark ``reconnect``: a hub is killed and started again under 500 machines that publish to it, over TLS.

The machines are this process, the hub is another. It forgets everything when it is killed, so that all it once had is
missing then, and must come again out of the machines' rings.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkStep
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.bench.gatherer import CENTER
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.station import Figures, Station, introduce, trust_of
from sysmon.transport.pool import Links

MACHINES: Final = 500
LIVE_BOUND_S: Final = 20.0
DIAL_BOUND_PCT: Final = 20.0
_SERIES: Final = 20
_AWAY: Final = 2.0
"""Seconds for which the hub stays away."""
_LIMIT: Final = 180.0
_LOOK: Final = 0.25


def run() -> list[Result]:
    """Measure; a minute or two."""
    return asyncio.run(measure(MACHINES))


def run_quick() -> list[Result]:
    """A tenth of the machines."""
    return asyncio.run(measure(MACHINES // 10))


class _Crowd:
    """The machines."""

    def __init__(self, names: list[str], folder: Path, address: str) -> None:
        self.dials: Counter[int] = Counter()
        """By second of the monotonic clock, how many began to dial."""
        self.pools: list[Links] = []
        self._stations: list[tuple[Station, Figures]] = []
        for name in names:
            identity, book, peer = trust_of(folder, name, (address,))
            station = Station(identity.id)
            station.step = self._step
            self._stations.append((station, Figures(identity.id, series=_SERIES)))
            self.pools.append(Links(station, identity.id, book))
            self.pools[-1].want(peer.id)

    def _step(self, step: LinkStep) -> None:
        if step.after is LinkState.CONNECTING:
            self.dials[int(time.monotonic())] += 1

    async def tick(self) -> None:
        """All of them publish, once a second."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for at, (station, figures) in enumerate(self._stations):
                station.publish(figures.next(time.time()))
                if at % 50 == 49:
                    await asyncio.sleep(0)
            due += 1.0
            await asyncio.sleep(due - loop.time())

    async def close(self) -> None:
        await asyncio.gather(*(pool.close() for pool in self.pools))


class _Hub:
    """The hub, in its process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    async def report(self) -> dict[str, float]:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        return await _said(self.process)


@asynccontextmanager
async def _hub(port: int, folder: Path) -> AsyncGenerator[_Hub]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sysmon.runtime.bench.gatherer",
        str(port),
        str(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield _Hub(process, int((await _said(process))["port"]))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _said(process: asyncio.subprocess.Process) -> dict[str, float]:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the hub ended")
    found: dict[str, float] = json.loads(line)
    return found


async def _until(report: Callable[[], Awaitable[dict[str, float]]], holds: Callable[[dict[str, float]], bool]) -> float:
    """Seconds until what ``report`` says holds; infinity where it does not within the limit."""
    begun = time.monotonic()
    while not holds(await report()):
        if time.monotonic() - begun > _LIMIT:
            return float("inf")
        await asyncio.sleep(_LOOK)
    return time.monotonic() - begun


async def measure(count: int) -> list[Result]:
    """Kill and start the hub under ``count`` machines."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, names = Path(scratch), [f"m{number:04d}" for number in range(count)]
        await asyncio.to_thread(introduce, folder, names, CENTER)
        tasks = TaskOwner("reconnect")
        async with _hub(0, folder) as first:
            crowd = _Crowd(names, folder, f"127.0.0.1:{first.port}")
            tasks.start("tick", crowd.tick())
            await _until(first.report, lambda said: said["live"] == count)
            crowd.dials.clear()
            begun = time.monotonic()
            first.process.kill()
        try:
            await asyncio.sleep(_AWAY)
            async with _hub(first.port, folder) as second:
                back = time.monotonic()
                live = await _until(second.report, lambda said: said["live"] == count)
                most = max(crowd.dials.values(), default=0) / count * 100.0
                filled = await _until(second.report, lambda said: said["missing"] == 0)
                last = await second.report()
        finally:
            await tasks.close()
            await crowd.close()
    note = f"{count} machines, the hub away for {back - begun:.1f} s"
    return [
        Result("live_s", live, "s", LIVE_BOUND_S, f"{note}; from its return until all are live"),
        # Few machines are no crowd: each of them weighs percents, and they come back sooner.
        Result(
            "dialling_pct",
            most,
            "%",
            DIAL_BOUND_PCT if count >= MACHINES else None,
            "of the machines, in the second in which most dialled",
        ),
        Result("missing", last["missing"], "", 0.0, f"ticks, {filled:.1f} s after all were live"),
    ]
