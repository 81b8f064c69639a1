from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM cannot be handled on Windows")
@pytest.mark.parametrize("state", ["hidden", "minimised"])
def test_it_puts_the_window_away_and_ends_on_a_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setenv("SYSMON_HOME", str(tmp_path))
    log = tmp_path / "state" / "desktop.log"
    with subprocess.Popen([sys.executable, "-m", "sysmon.ui.bench_state", state]) as process:
        for _ in range(300):
            if log.exists() and f"put away: {state}" in log.read_text("utf-8"):
                break
            subprocess.run(["sleep", "0.1"], check=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert f"put away: {state}" in log.read_text("utf-8")
