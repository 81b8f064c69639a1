"""Parts that begin later: in order, after the delay; those that never began are not stopped."""

from __future__ import annotations

import asyncio

from sysmon.runtime.later import Later


class Noted:
    def __init__(self, name: str, said: list[str]) -> None:
        self.name, self.said = name, said
        self.started = asyncio.Event()

    async def start(self) -> None:
        self.said.append(f"start {self.name}")
        self.started.set()

    async def stop(self) -> None:
        self.said.append(f"stop {self.name}")


async def test_parts_begin_in_order_and_end_in_the_other() -> None:
    said: list[str] = []
    first, second = Noted("first", said), Noted("second", said)
    later = Later(0.0, first, second)
    await later.start()
    await second.started.wait()
    await later.stop()
    await later.stop()
    assert said == ["start first", "start second", "stop second", "stop first"]


async def test_who_is_stopped_in_time_never_begins() -> None:
    said: list[str] = []
    tasks = len(asyncio.all_tasks())
    later = Later(3600.0, Noted("first", said))
    await later.start()
    await later.stop()
    assert said == []
    assert len(asyncio.all_tasks()) == tasks
