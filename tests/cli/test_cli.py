"""The program as a whole, as a process of its own: exit codes, pipes, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

from sysmon.cli import BROKEN_PIPE, INTERRUPTED, main, main_desktop
from sysmon.runtime.program import own_command


def start(arguments: Sequence[str], **environment: str) -> subprocess.Popen[str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.Popen(
        [*own_command(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**inherited, **environment},
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only there a missing display is known beforehand")
def test_without_a_display_one_line_names_what_works_and_the_code_is_2() -> None:
    program = start([])
    out, error = program.communicate(timeout=30)
    assert program.returncode == 2
    assert out == ""
    assert error.count("\n") == 1
    for word in ("sysmon watch", "sysmon agent", "sysmon screenshot"):
        assert word in error


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_that_leaves_is_no_error() -> None:
    program = start(["watch", "--interval", "0.25"])
    assert program.stdout is not None
    assert program.stderr is not None
    assert "cpu" in program.stdout.readline()
    program.stdout.close()
    assert program.wait(30) == BROKEN_PIPE
    assert program.stderr.read() == ""
    program.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_signals_end_watch_silently(number: signal.Signals, code: int) -> None:
    program = start(["watch", "--interval", "0.25"])
    assert program.stdout is not None
    program.stdout.readline()
    program.send_signal(number)
    _, error = program.communicate(timeout=30)
    assert program.returncode == code
    assert error == ""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_system_ends_the_agent_in_order() -> None:
    program = start(["agent", "--interval", "0.25", "--stderr"])
    assert program.stderr is not None
    assert "engine started" in program.stderr.readline()
    program.send_signal(signal.SIGTERM)
    out, error = program.communicate(timeout=30)
    assert program.returncode == 0
    assert out == ""
    assert error.splitlines()[-1].endswith("engine stopped")


def test_help_and_version_need_neither_psutil_nor_rich_nor_asyncio() -> None:
    program = "import sys; from sysmon.cli import main; main(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    loaded = set(done.stderr.split())
    assert not loaded & {"psutil", "rich", "asyncio", "msgspec", "logging", "ssl", "platformdirs", "numpy", "PySide6"}
    assert "Exit codes" in done.stdout


def test_errors_meant_for_the_user_have_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "get", "window.thme"]) == 1
    error = capsys.readouterr().err
    assert error == "sysmon: there is no setting window.thme; did you mean window.theme?\n"


def test_wrong_usage_is_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--count", "x"]) == 2
    assert main(["watch", "--interval", "99"]) == 2
    assert "must be between 0.25 and 10 s" in capsys.readouterr().err


def test_ctrl_c_is_silent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: Sequence[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("sysmon.cli.run", interrupt)
    assert main([]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_without_a_console_there_are_no_streams_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sysmon-desktop", "--version"])
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main_desktop() == 0
