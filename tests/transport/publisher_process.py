"""A program that publishes, for tests that stop or kill it: ``python -m tests.transport.publisher_process``.

Says where it listens; publishes an instant for each line on standard input, and ends with it. Peer "beta" watches "alpha".
"""

from __future__ import annotations

import asyncio
import sys

from sysmon.model.peer import Peer
from sysmon.runtime.bench.plain_trust import PlainTrust
from tests.transport.made import Program


async def serve() -> None:
    program = Program("alpha", PlainTrust([Peer("beta", "beta")]))
    sys.stdout.write(f"{await program.listen()}\n")
    sys.stdout.flush()
    program.tick()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        program.tick()
    await program.links.close()


if __name__ == "__main__":
    asyncio.run(serve())
