"""Real programs that are started, read and ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sysmon.runtime.bench.programs import Program, ProgramFailed, Programs, introduce

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are ended by a signal")


def test_one_is_started_heard_and_ended_and_nothing_is_left(tmp_path: Path) -> None:
    with Programs(tmp_path) as programs:
        hub = programs.make("harbour", listens=True)
        hub.start("hub")
        hub.logged("is shared on 127.0.0.1")
        assert hub.connected() == []
        with pytest.raises(ProgramFailed, match="harbour did not say 'nonsense'"):
            hub.logged("nonsense", 0.1)
        assert hub.end() == 0
        with pytest.raises(ProgramFailed):
            hub.logged("nonsense")
        other = programs.make("haven")
        other.start("agent")
    assert other.process is not None
    assert other.process.returncode is not None


def test_links_stand_as_the_last_line_about_them_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(tmp_path, "agent")
    lines = [
        "INFO sysmon.links: harbour (out:abc): greeting to syncing",
        "INFO sysmon.links: haven (out:def): syncing to live",
        "INFO sysmon.links: haven (out:def): live to backoff, 15 cut",
        "INFO sysmon.links: viewer (in:ghi): syncing to live",
    ]
    monkeypatch.setattr(program, "log", lambda: "\n".join(lines))
    assert program.connected() == ["harbour"]


def test_hubs_may_watch_everybody_and_agents_nobody(tmp_path: Path) -> None:
    from sysmon.transport.trust import TrustBook

    with Programs(tmp_path) as programs:
        hubs = [programs.make(name, listens=True) for name in ("north", "south")]
        agent, viewer = programs.make("agent"), programs.make("viewer")
        introduce(agent, hubs=hubs, watcher=viewer)
        known = {
            one.name: {peer.name: peer.watched for peer in TrustBook(one.home / "data", one.identity).peers()}
            for one in (*hubs, agent, viewer)
        }
    assert known == {
        "north": {"agent": True, "south": True, "viewer": False},
        "south": {"agent": True, "north": True, "viewer": False},
        "agent": {"north": False, "south": False},
        "viewer": {"north": True, "south": True},
    }
