"""What is kept between two looks: traces, lives, and the kernel's channel given back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path

import pytest

from sysmon.collectors.process_events import ProcessEvents
from sysmon.collectors.processes import open_process_reader
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.runtime.process_watch import ProcessWatch


def table(host: str, moment: float, cpu: float) -> ProcessTable:
    key = ProcessKey(7, 0.0)
    return ProcessTable(
        host, moment, {7: ProcessRow(key, 1, "x", "me", "running", 0, 1, cpu, 5.0, 0.0, 0.0, "", False)}
    )


def refused() -> ProcessEvents:
    raise CollectorUnavailable("only root is told")


def test_traces_are_copies_and_only_of_this_machine() -> None:
    watch = ProcessWatch(time.time)
    for n in range(3):
        watch.take(table(LOCAL, float(n), 0.5 * n))
        watch.take(table("elsewhere", float(n), 9.0 * n))
    trace = watch.trace(ProcessKey(7, 0.0), "x")
    assert list(trace.cpu)[1:] == [0.5, 0.5]
    trace.cpu.append(99.0)
    assert list(watch.trace(ProcessKey(7, 0.0), "x").cpu)[1:] == [0.5, 0.5]


def test_without_the_kernel_it_says_so_and_compares() -> None:
    async def scene() -> ProcessWatch:
        watch = ProcessWatch(time.time, refused)
        watch.follow_births()
        return watch

    assert asyncio.run(scene()).source == "by comparing two looks, because only root is told"


def test_with_the_kernel_a_short_life_is_seen_and_nothing_stays_open() -> None:
    try:
        ProcessEvents().close()
    except CollectorUnavailable as error:
        pytest.skip(str(error))

    async def scene() -> None:
        watch = ProcessWatch(time.time)
        reader = open_process_reader()
        watch.take(reader.read(LOCAL, time.time(), False))
        reader.close()
        watch.follow_births()
        watch.follow_births()
        child = await asyncio.to_thread(subprocess.run, ["sh", "-c", "exit 3"], check=False)
        assert child.returncode == 3
        async with asyncio.timeout(10.0):
            while not any(life.exit_code == 3 for life in watch.newest(1000)):  # noqa: ASYNC110 - the kernel tells when it likes
                await asyncio.sleep(0.01)
        assert any(forker.pid == os.getpid() for forker in watch.forkers(time.time() - 60.0, 50))
        watch.unfollow_births()
        watch.unfollow_births()

    before = len(list(Path("/proc/self/fd").iterdir()))
    asyncio.run(scene())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
