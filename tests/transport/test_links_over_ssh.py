"""A link whose wire is the system's ssh: figures come, the agent over there ends with it, and it is dialled again."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.stdio import open_ssh
from tests.transport.made import EVERYTHING, Program, closing
from tests.transport.test_stdio import REPOSITORY, called, gone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script stands for ssh")

AGENT = """
    import asyncio
    from sysmon.model.peer import Peer
    from sysmon.runtime.bench.plain_trust import PlainTrust
    from sysmon.transport.stdio import serve_stdio
    from tests.transport.made import Program

    async def main():
        program = Program("atlas", PlainTrust([]))
        program.tick(3)
        wire = await serve_stdio()
        program.links.visitors.arrived(wire, Peer("ssh:caller", "caller"))
        await program.until(lambda: not any(True for _ in program.links.visitors))
        await program.links.close()

    asyncio.run(main())
"""


async def test_figures_come_through_ssh_and_it_ends_with_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "called"
    head = f"""
        #!{sys.executable}
        import os, sys
        sys.path.insert(0, {str(REPOSITORY)!r})
        open({str(note)!r}, "w").write(repr((os.getpid(), sys.argv[1:])))
    """
    (tmp_path / "ssh").write_text(textwrap.dedent(head).lstrip() + textwrap.dedent(AGENT))
    (tmp_path / "ssh").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    peer = Peer("ssh:me@atlas", "atlas", addresses=("ssh://me@atlas",))
    desk = Program("desk", PlainTrust([peer]))
    desk.links._open_ssh = open_ssh
    async with closing(desk):
        desk.links.expect(peer.id, EVERYTHING)
        lease = desk.links.want(peer.id)
        await desk.until_state(f"out:{peer.id}", LinkState.LIVE)
        await desk.until(lambda: bool(desk.batches))
        assert desk.batches[0].host == "atlas"
        first = called(note)[0]
        os.kill(first, 9)
        report = await desk.until_state(f"out:{peer.id}", LinkState.BACKOFF)
        assert report.reason is Reason.CUT
        desk.links.retry()
        await desk.until_state(f"out:{peer.id}", LinkState.LIVE)
        assert called(note)[0] != first
        lease.release()
    assert await gone(note)
