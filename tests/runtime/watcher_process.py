"""A machine that watches another one, for tests that put it elsewhere: ``python -m tests.runtime.watcher_process FOLDER NAME HOST``.

Its identity and peers lie in FOLDER as `sysmon.runtime.bench.programs.Program` made them. For each line on standard input it says, as JSON,
what it has of HOST; it ends with the input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from sysmon.runtime.bench.failover import Watcher, watching
from sysmon.runtime.bench.programs import Program

_LOOK = 0.02


def report(watcher: Watcher, host: str) -> dict[str, object]:
    (link,) = [one for one in watcher.fleet.links() if one.peer == host and one.dialled]
    batch = watcher.engine.store.newest_batch(host)
    return {
        "state": link.state.value,
        "address": link.address,
        "age": time.time() - batch.time if batch is not None else None,
        "newest": batch.sequence if batch is not None else 0,
        "missing": watcher.missing(host),
        "holes": len(watcher.engine.store.holes(host, 0.0, time.time())),
        "filled": link.counts.filled,
        "tasks": len(asyncio.all_tasks()),
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
    }


async def serve(folder: Path, name: str, host: str) -> None:
    reader = asyncio.StreamReader()
    async with watching(Program(folder, name)) as watcher:
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            await asyncio.sleep(_LOOK)  # whoever asks waits for something: it need not be asked for all the time
            sys.stdout.write(json.dumps(report(watcher, host)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), *sys.argv[2:]))
