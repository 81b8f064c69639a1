"""Benchmark ``ingest``: a hub that takes in 2,000 machines of 150 series at 1 Hz, in one process, and keeps an hour of each.

- At full speed: some machines for a whole hour, their messages handed to real sessions, and from there over the bus to the store: what a
  tick costs when the rings are full, and the memory of a machine.
- Over real sockets and TLS on the loopback, from another process, in real time: CPU, system time included, and delay until a value is kept. In a
  process of its own too, so that its memory is told apart.
- At once: the messages of all machines at the same instant, as they would come were there no network between.

The floor beside it decodes the same values from MessagePack and appends them to a list: the least that a hub in Python could do.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from sysmon.collectors.own_process import open_own_process
from sysmon.model.sample import SampleBatch
from sysmon.runtime.bench.center import take_in
from sysmon.runtime.bench.harness import Result, percentile
from sysmon.runtime.bench.hour import made_up, over_and_over
from sysmon.runtime.bench.hub import Coded, Hub
from sysmon.runtime.bench.trace_file import read_trace

MACHINES: Final = 2000
CPU_BOUND: Final = 25.0
DELAY_BOUND: Final = 100.0
MEMORY_BOUND: Final = 0.6
_HOUR: Final = 3600
_NAME: Final = "machine"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    full: int
    """Machines that live through a whole hour."""
    linked: int
    """Machines over sockets. CPU is judged only where these are `MACHINES`: few cost more each, as the loop wakes for each message."""
    seconds: int
    """Of real time over sockets."""


def run() -> list[Result]:
    """Measure with a made-up machine; some three minutes."""
    return measure(made_up(_NAME, _HOUR), "made-up machine", Extent(100, MACHINES, 20))


def run_quick() -> list[Result]:
    """A tenth of the machines over sockets, for a few seconds."""
    return measure(made_up(_NAME, _HOUR), "made-up machine", Extent(50, MACHINES // 10, 5))


def run_trace(path: Path) -> list[Result]:
    """Measure with a recorded trace, over and over; over sockets with a made-up machine all the same.

    Raises OSError or TraceError where it cannot be read.
    """
    return measure(over_and_over(read_trace(path), _NAME, _HOUR), path.name, Extent(100, MACHINES, 20))


def measure(rows: Sequence[SampleBatch], source: str, extent: Extent) -> list[Result]:
    """Measure with ``rows``. Raises RuntimeError where what is kept is not what was sent, or this machine is too busy to measure."""
    hour = Coded(rows)
    cost, memory, kept = _whole_hour(hour, extent.full)
    floor = _floor(rows)
    burst = _at_once(hour, extent.linked)
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        taken = other.submit(take_in, extent.linked, extent.seconds, secured=True).result()
    link = taken.memory / 1e6
    note = f"{extent.linked} machines over TLS at 1 Hz, {extent.seconds} s"
    bound = CPU_BOUND if extent.linked == MACHINES else None
    hosts = "machines at which one core is full"
    return [
        Result("cpu_pct", taken.cpu, "%", bound, note),
        Result("p99_ms", 1e3 * percentile(taken.delays, 99), "ms", DELAY_BOUND, "from value published to value kept"),
        Result("mb_a_host", memory + link, "MB", MEMORY_BOUND, "resident: an hour of rows, session, link over TLS"),
        Result(
            "rows_mb_a_host", memory, "MB", None, f"{len(rows)} rows and session of {extent.full} machines; {source}"
        ),
        Result("link_mb_a_host", link, "MB", None, "a link over TLS, and the session once more"),
        Result("store_mb_a_host", kept, "MB", None, "what the store counts"),
        Result("full_at_hosts", 100.0 * extent.linked / taken.cpu, "{host}", None, f"{hosts}, over TLS"),
        Result("full_at_hosts_in_process", 1e6 / cost, "{host}", None, f"{hosts}, without sockets"),
        Result("tick_us", cost, "us", None, "CPU time from message to store at full speed, mean of the hour"),
        Result(
            "at_once_p99_ms", 1e3 * percentile(burst, 99), "ms", None, f"{extent.linked} messages at once, no sockets"
        ),
        Result("floor_us", floor, "us", None, "MessagePack of time and doubles decoded and appended to a list"),
        Result("ratio_to_floor", cost / floor, "1"),
    ]


def _whole_hour(hour: Coded, machines: int) -> tuple[float, float, float]:
    """(CPU time of a tick in µs, resident and counted MB of a machine)."""
    with closing(open_own_process()) as own:
        gc.collect()
        before = own.read().memory
        hub = Hub(hour, machines)
        begun = time.process_time()
        for tick in range(len(hour)):
            for _ in hub.take(tick):
                pass
        spent = time.process_time() - begun
        gc.collect()
        memory = own.read().memory - before
    kept = hub.store.size()
    hub.check()
    return spent * 1e6 / (len(hour) * machines), memory / machines / 1e6, kept / machines / 1e6


def _at_once(hour: Coded, machines: int) -> list[float]:
    """Seconds until each of the messages that came at the same instant was kept; of five such instants."""
    hub = Hub(hour, machines)
    delays: list[float] = []
    gc.collect()
    # The first is a key frame, and every ring is made.
    for tick in range(6):
        begun = time.monotonic()
        heard = [time.monotonic() - begun for _ in hub.take(tick)]
        delays += heard if tick else []
    return delays


def _floor(rows: Sequence[SampleBatch]) -> float:
    """CPU time of the floor, in µs a tick."""
    decoder = msgspec.msgpack.Decoder(tuple[float, list[float]])
    messages = [msgspec.msgpack.encode((row.time, list(row.values))) for row in rows]
    kept: list[tuple[float, list[float]]] = []
    begun = time.process_time()
    for message in messages:
        kept.append(decoder.decode(message))  # noqa: PERF401 - one by one, as they come
    return (time.process_time() - begun) * 1e6 / len(rows)
