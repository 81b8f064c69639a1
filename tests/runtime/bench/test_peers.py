from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sysmon.runtime.bench.peers import in_terminal, installed_peers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals of Linux")


def test_only_what_is_installed_is_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "htop").write_text("#!/bin/sh\n")
    (tools / "htop").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    assert installed_peers(tmp_path) == {"htop": [str(tools / "htop"), "--delay=10"]}


def test_a_program_has_a_terminal_that_somebody_reads_and_is_ended(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = (
        f"import os, time; open({str(told)!r}, 'w').write(str(os.isatty(1))); print('x' * 1_000_000); time.sleep(60)"
    )
    with in_terminal([sys.executable, "-c", program], tmp_path) as pid:
        while not told.exists() or not told.read_text():
            os.sched_yield()
        assert told.read_text() == "True"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
