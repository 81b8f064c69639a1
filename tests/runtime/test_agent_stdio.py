"""An agent that speaks over its standard streams, run through a false ssh as a true process."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

FALSE_SSH = f"""#!/bin/sh
# What ssh would do on the other machine, on this one.
SYSMON_HOME="$FAR_HOME" exec {sys.executable} -m sysmon agent --stdio --interval 0.25
"""


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(FALSE_SSH)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAR_HOME", str(tmp_path / "far"))
    return program


async def test_a_machine_is_watched_through_ssh(ssh: Path, tmp_path: Path) -> None:
    orion = TestMachine(tmp_path, "orion", FleetOptions(interval=0.25))
    async with running(orion):
        peer = await orion.fleet.pair("ssh://me@far.example")
        assert peer.id == "ssh:me@far.example"
        store = orion.engine.store
        await until(lambda: store.newest_batch(peer.id) is not None, "figures through ssh")
        newest = store.newest_batch(peer.id)
        assert newest is not None
        assert len(newest.catalog.series) > 50
        assert store.hosts() == [peer.id], "it goes by one id here, whatever it calls itself"
        desk = orion.fleet.desk(peer.id)
        assert not isinstance(desk, str)
        await until(lambda: desk.refusal == "", "a desk to ask")


async def test_no_sysmon_over_there_is_said(ssh: Path, tmp_path: Path) -> None:
    from sysmon.model.errors import AuthRefused

    ssh.write_text("#!/bin/sh\necho 'sh: sysmon: not found' >&2\nexit 127\n")
    orion = TestMachine(tmp_path, "orion", FleetOptions())
    async with running(orion):
        with pytest.raises(AuthRefused, match="not installed"):
            await orion.fleet.pair("ssh://me@far.example")
        assert orion.fleet.peers() == ()
