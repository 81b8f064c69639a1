from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.desktop import Display, Program, WindowFailed, display, environment_on, part, window

needs_server = pytest.mark.skipif(desktop.missing() is not None, reason=desktop.missing() or "")
NOWHERE = Display(":0", 0)


@needs_server
def test_a_display_of_its_own_that_ends() -> None:
    with display("640x480x24") as one, display("640x480x24") as other:
        assert one.name != other.name
        assert Path(f"/proc/{one.pid}").exists()
    assert not Path(f"/proc/{one.pid}").exists()


def test_the_environment_is_that_of_the_display_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    found = environment_on(Display(":7", 1), tmp_path)
    assert found["DISPLAY"] == ":7"
    assert found["SYSMON_HOME"] == str(tmp_path)
    assert not {"WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & found.keys()


def test_a_log_line_tells_when_it_was(tmp_path: Path) -> None:
    log = tmp_path / "desktop.log"
    moment = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)
    log.write_text("2026-11-23T12:00:00.500Z INFO sysmon.ui.shell: first picture\n", encoding="utf-8")
    assert Program(os.getpid(), moment.timestamp() - 0.25, log).logged("first picture") == pytest.approx(0.25)


def test_a_window_that_says_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "_PATIENCE", 0.1)
    with pytest.raises(WindowFailed, match="did not say"):
        Program(1, time.time(), tmp_path / "none.log").logged("first picture")


def test_a_program_is_ended_on_the_way_out(tmp_path: Path) -> None:
    with window(NOWHERE, tmp_path, [sys.executable, "-c", "import time; time.sleep(60)"]) as program:
        assert Path(f"/proc/{program.pid}").exists() or sys.platform != "linux"
    with pytest.raises(ProcessLookupError):
        os.kill(program.pid, 0)


def test_a_program_that_ends_by_itself_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(WindowFailed, match="exit code 3"),
        window(NOWHERE, tmp_path, [sys.executable, "-c", "raise SystemExit(3)"]) as program,
    ):
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)


def test_parts_are_modules_of_the_window() -> None:
    assert part("bench_state", "hidden")[1:] == ["-m", "sysmon.ui.bench_state", "hidden"]
