"""A hub in a process of its own, for benchmarks: ``python -m sysmon.runtime.bench.gatherer PORT FOLDER``.

It listens on PORT of the loopback (0 for any), asks everybody for everything, and remembers what came. Says on standard
output, one JSON object a line, where it listens, and for each line on standard input how many machines are live and how many
of their ticks are missing. Knows nothing of what is measured with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from sysmon.model.sample import SampleBatch
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.events import Event
from sysmon.protocol.ranges import Ranges
from sysmon.runtime.bench.station import EVERYTHING, Station, trust_of
from sysmon.transport.pool import Links

CENTER = "center"
_LIVE_WITHIN = 3.0
"""Seconds since the last tick of a machine that counts as live."""


class Gatherer:
    """What came, by machine."""

    def __init__(self) -> None:
        self._got: dict[str, Ranges] = {}
        self._last: dict[str, float] = {}

    def heard(self, _link: str, event: Event) -> None:
        if isinstance(event, SampleBatch):
            self._last[event.host] = time.monotonic()
            self._got.setdefault(event.host, Ranges()).add(event.sequence, event.sequence)
        elif isinstance(event, Stretch):
            got = self._got.setdefault(event.host, Ranges())
            for sequence in event.sequences:
                got.add(sequence, sequence)

    def report(self) -> dict[str, float]:
        """``live`` machines, and ticks ``missing`` between the first one and the last that came of each."""
        now = time.monotonic()
        live = sum(now - last < _LIVE_WITHIN for last in self._last.values())
        missing = sum(got.last - got.count() for got in self._got.values() if got.last is not None)
        return {"live": live, "missing": missing}


async def serve(port: int, folder: Path) -> None:
    """Listen until standard input ends."""
    identity, book, _ = trust_of(folder, CENTER)
    station, gatherer = Station(identity.id, epoch=int(time.time() * 1000)), Gatherer()
    station.heard = gatherer.heard
    links = Links(station, identity.id, book)
    for peer in book.peers():
        links.expect(peer.id, EVERYTHING)
    await links.listen([("127.0.0.1", port)])
    _say({"port": links.server.addresses[0][1]})
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        _say(gatherer.report())
    await links.close()


def _say(found: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main() -> None:
    port, folder = sys.argv[1:]
    asyncio.run(serve(int(port), Path(folder)))


if __name__ == "__main__":
    main()
