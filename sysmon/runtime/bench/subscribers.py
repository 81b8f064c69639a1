"""Many subscribers in a process of their own, for benchmarks: ``python -m sysmon.runtime.bench.subscribers ADDRESS COUNT FOLDER``.

Without TLS where FOLDER is "-". Says on standard output, one JSON object a line, when all are live, and at the end (when
standard input ends) how late ticks came. Knows nothing of what is measured with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.protocol.events import Event
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import EVERYTHING, Station, trust_of
from sysmon.transport.pool import Links

CENTER = "center"


def name_of(number: int) -> str:
    """The name of a subscriber."""
    return f"sub{number:05d}"


class Watch:
    """What the subscribers have seen."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seen: set[str] = set()
        self.delays: list[float] = []
        self.news = asyncio.Event()

    def heard(self, name: str, event: Event) -> None:
        if isinstance(event, SampleBatch):
            self.delays.append(time.time() - event.time)
            if len(self.seen) < self.count:
                self.seen.add(name)
                if len(self.seen) == self.count:
                    self.news.set()


async def serve(address: str, count: int, folder: Path | None) -> None:
    """Connect, say when all are live, and wait for the end of standard input."""
    watch = Watch(count)
    pools = [_subscriber(address, name_of(number), folder, watch) for number in range(count)]
    await watch.news.wait()
    watch.delays.clear()
    _say({"live": len(watch.seen)})
    await asyncio.to_thread(sys.stdin.read)
    delays = sorted(watch.delays)
    _say({"ticks": len(delays), "p99": delays[int(len(delays) * 0.99)] if delays else None})
    await asyncio.gather(*(pool.close() for pool in pools))


def _say(found: dict[str, float | None]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def _subscriber(address: str, name: str, folder: Path | None, watch: Watch) -> Links:
    if folder is None:
        station, peer = Station(name), Peer(CENTER, CENTER, addresses=(address,))
        pool = Links(station, name, PlainTrust([peer]))
    else:
        identity, book, peer = trust_of(folder, name, (address,))
        station = Station(identity.id)
        pool = Links(station, identity.id, book)
    station.heard = lambda _, event: watch.heard(name, event)
    pool.expect(peer.id, EVERYTHING)
    pool.want(peer.id)
    return pool


def main() -> None:
    address, count, folder = sys.argv[1:]
    asyncio.run(serve(address, int(count), None if folder == "-" else Path(folder)))


if __name__ == "__main__":
    main()
