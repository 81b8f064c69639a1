"""Benchmark ``ingest``: a hub that takes in 2,000 machines of 150 series at 1 Hz, in one process, and keeps an hour of each.

Real coded messages go into real sessions, and from there over the bus into the store. Three parts:

- at full speed, some machines for a whole hour: what a tick costs when the rings are full, and the memory of a machine;
- in real time, all machines, their messages spread over the second as they come: CPU and delay from message to store;
- the same with all messages at the same instant, as they come where all clocks agree.

The floor beside it decodes the same values from MessagePack and appends them to a list: the least that a hub in Python could do.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from sysmon.collectors.own_process import open_own_process
from sysmon.model.sample import SampleBatch
from sysmon.runtime.bench.harness import Result, percentile
from sysmon.runtime.bench.hour import made_up, over_and_over
from sysmon.runtime.bench.hub import Coded, Hub, coded
from sysmon.runtime.bench.trace_file import read_trace

MACHINES: Final = 2000
CPU_BOUND: Final = 25.0
DELAY_BOUND: Final = 100.0
MEMORY_BOUND: Final = 0.6
_HOUR: Final = 3600
_NAME: Final = "machine"


def run() -> list[Result]:
    """Measure with a made-up machine; about a minute and a half."""
    return measure(made_up(_NAME, _HOUR), "made-up machine", MACHINES, full=100, seconds=20)


def run_quick() -> list[Result]:
    """Fewer seconds, and fewer machines with a full hour."""
    return measure(made_up(_NAME, _HOUR), "made-up machine", MACHINES, full=25, seconds=6)


def run_trace(path: Path) -> list[Result]:
    """Measure with a recorded trace, over and over. Raises OSError or TraceError where it cannot be read."""
    return measure(over_and_over(read_trace(path), _NAME, _HOUR), path.name, MACHINES, full=100, seconds=20)


def measure(rows: Sequence[SampleBatch], source: str, machines: int, full: int, seconds: int) -> list[Result]:
    """``full`` machines live through all ``rows`` at full speed, ``machines`` through ``seconds`` in real time.

    Raises RuntimeError where what is kept is not what was sent: a fault of ours.
    """
    hour = coded(rows)
    cost, memory, kept = _whole_hour(hour, full)
    floor = _floor(rows)
    cpu, spread = _real_time(hour, machines, seconds, at_once=False)
    _, burst = _real_time(hour, machines, seconds, at_once=True)
    series = len(rows[0].catalog.series)
    note = f"{machines} machines of {series} series at 1 Hz, {seconds} s; {source}"
    return [
        Result("cpu_pct", cpu, "%", CPU_BOUND, note),
        Result(
            "p99_ms",
            1e3 * percentile(spread, 99),
            "ms",
            DELAY_BOUND,
            "from message to store, messages spread over the second",
        ),
        Result("burst_p99_ms", 1e3 * percentile(burst, 99), "ms", DELAY_BOUND, "all messages at the same instant"),
        Result(
            "mb_a_host",
            memory,
            "MB",
            MEMORY_BOUND,
            f"resident, {len(rows)} rows of each of {full} machines, session included",
        ),
        Result("store_mb_a_host", kept, "MB", None, "what the store counts"),
        Result("tick_us", cost, "us", None, f"CPU time of a tick at full speed, mean over {len(rows)} rows"),
        Result("full_at_hosts", 1e6 / cost, "{host}", None, "machines at which one core is full, from tick_us"),
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
        for tick in range(len(hour.ticks)):
            for session in hub.sessions:
                hub.take(session, tick, float(tick))
        spent = time.process_time() - begun
        gc.collect()
        memory = own.read().memory - before
    kept = hub.store.size()
    hub.check()
    return spent * 1e6 / (len(hour.ticks) * machines), memory / machines / 1e6, kept / machines / 1e6


def _real_time(hour: Coded, machines: int, seconds: int, *, at_once: bool) -> tuple[float, list[float]]:
    """(CPU in percent of one core, seconds from each message to the store)."""
    hub = Hub(hour, machines)
    delays: list[float] = []
    gc.collect()
    spent, begun = time.process_time(), time.monotonic()
    for tick in range(seconds):
        for number, session in enumerate(hub.sessions):
            due = begun + tick + (0.0 if at_once else number / machines)
            if (early := due - time.monotonic()) > 0.0:
                time.sleep(early)
            hub.take(session, tick, due - begun)
            delays.append(time.monotonic() - due)
    last = begun + seconds - time.monotonic()
    if last > 0.0:
        time.sleep(last)
    used, passed = time.process_time() - spent, time.monotonic() - begun
    return 100.0 * used / passed, delays


def _floor(rows: Sequence[SampleBatch]) -> float:
    """CPU time of the floor, in µs a tick."""
    decoder = msgspec.msgpack.Decoder(tuple[float, list[float]])
    messages = [msgspec.msgpack.encode((row.time, list(row.values))) for row in rows]
    kept: list[tuple[float, list[float]]] = []
    begun = time.process_time()
    for message in messages:
        kept.append(decoder.decode(message))  # noqa: PERF401 - one by one, as they come
    return (time.process_time() - begun) * 1e6 / len(rows)
