"""Subscribers in a process of their own."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from sysmon.model.peer import Peer
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import Figures, Station
from sysmon.runtime.bench.subscribers import CENTER, name_of
from sysmon.transport.pool import Links


async def test_they_connect_say_so_and_say_what_came() -> None:
    station, figures = Station(CENTER), Figures(CENTER)
    links = Links(station, CENTER, PlainTrust(Peer(name_of(n), name_of(n)) for n in range(3)))
    await links.listen([("127.0.0.1", 0)])
    host, port = links.server.addresses[0]
    station.publish(figures.next(time.time()))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sysmon.runtime.bench.subscribers",
        f"{host}:{port}",
        "3",
        "-",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert json.loads(await child.stdout.readline()) == {"live": 3}
        station.publish(figures.next(time.time() + 1.0))
        child.stdin.close()
        said = json.loads(await child.stdout.readline())
        assert 0 <= said["ticks"] <= 3
        assert said["lost"] == 0
        assert await child.wait() == 0
    finally:
        if child.returncode is None:
            child.kill()
        await links.close()
