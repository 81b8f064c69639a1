from __future__ import annotations

import faulthandler
import logging
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysmon.runtime.logs import KEPT, SIZE, Logs, start_logs
from sysmon.runtime.paths import Paths, find_paths

log = logging.getLogger("sysmon.test")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"SYSMON_HOME": str(tmp_path)})


@pytest.fixture
def logs(paths: Paths) -> Iterator[Logs]:
    # pytest has its own use for the dump of a crash: it is given back below.
    logs = start_logs(paths, "agent", "info")
    yield logs
    logs.close()
    faulthandler.enable()


def written(paths: Paths) -> str:
    return paths.log_file("agent").read_text(encoding="utf-8")


def test_one_line_a_message_with_time_level_and_place(paths: Paths, logs: Logs) -> None:
    log.info("%d families", 3)
    line = written(paths)
    assert line.endswith("Z INFO sysmon.test: 3 families\n")
    assert line[:2] == "20"
    assert line[10] == "T"


def test_foreign_text_cannot_forge_a_line_or_move_a_cursor(paths: Paths, logs: Logs) -> None:
    log.warning("process %s", "x\n2026 INFO forged\x1b[2J")
    assert written(paths).count("\n") == 1
    assert "\\x0a2026 INFO forged\\x1b[2J" in written(paths)


def test_a_trace_keeps_its_lines_but_not_its_controls(paths: Paths, logs: Logs) -> None:
    try:
        raise ValueError("a\x1b[31mb")
    except ValueError:
        log.exception("failed")
    assert "Traceback (most recent call last)" in written(paths)
    assert "\x1b" not in written(paths)
    assert "a\\x1b[31mb" in written(paths)


def test_the_level_is_kept_and_can_be_changed(paths: Paths, logs: Logs) -> None:
    log.debug("quiet")
    logs.set_level("debug")
    log.debug("loud")
    assert "quiet" not in written(paths)
    assert "loud" in written(paths)


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_files_are_private_and_rotate(paths: Paths, logs: Logs) -> None:
    for _ in range(6):
        log.info("%s", "x" * (SIZE - 200))
    files = sorted(file for file in paths.state.iterdir() if file.name.startswith("agent.log"))
    assert len(files) == KEPT + 1
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(file.stat().st_size <= SIZE for file in files)


def test_errors_that_nobody_caught_are_written_down(paths: Paths, logs: Logs) -> None:
    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("in the main thread"), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    text = written(paths)
    assert "CRITICAL sysmon.runtime.logs: thread worker ended with an error" in text
    assert "RuntimeError: in a thread" in text
    assert "ValueError: in the main thread" in text
    assert "KeyboardInterrupt" not in text


def test_an_error_in_a_finaliser_is_written_down(paths: Paths, logs: Logs) -> None:
    class Bad:
        def __del__(self) -> None:
            raise ValueError("while it was collected")

    Bad()
    assert "while it was collected" in written(paths)


def test_close_gives_everything_back(paths: Paths) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, list(logging.getLogger().handlers))
    level = logging.getLogger().level
    logs = start_logs(paths, "agent", "debug")
    assert paths.crash_file("agent").exists()
    logs.close()
    logs.close()
    faulthandler.enable()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, list(logging.getLogger().handlers)) == before
    assert logging.getLogger().level == level
    assert not paths.crash_file("agent").exists()


def test_last_words_of_a_crash_stay(paths: Paths) -> None:
    logs = start_logs(paths, "agent", "info")
    faulthandler.dump_traceback(paths.crash_file("agent").open("a", encoding="utf-8"))
    logs.close()
    faulthandler.enable()
    assert paths.crash_file("agent").stat().st_size > 0


def test_without_a_place_for_the_file_the_terminal_gets_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "blocked").touch()
    logs = start_logs(find_paths({"SYSMON_HOME": str(tmp_path / "blocked")}), "agent", "info")
    log.info("still heard")
    logs.close()
    error = capsys.readouterr().err
    assert "no log file" in error
    assert "still heard" in error


def test_the_journal_gets_levels_by_number_and_no_second_time(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "journal").open("w+", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        logs = start_logs(paths, "agent", "debug", terminal=True)
        try:
            log.warning("hot\n<0>forged")
            log.debug("quiet")
            raise ValueError("lost")
        except ValueError:
            log.exception("failed")
        finally:
            logs.close()
            faulthandler.enable()
        stream.seek(0)
        lines = stream.read().splitlines()
    assert lines[:3] == ["<4>sysmon.test: hot\\x0a<0>forged", "<7>sysmon.test: quiet", "<3>sysmon.test: failed"]
    assert all(line.startswith("<3>") for line in lines[3:])
    assert lines[-1] == "<3>ValueError: lost"
    assert "Z WARNING sysmon.test: hot" in written(paths)


@pytest.mark.parametrize("told", ["", "1:2", "nonsense"])
def test_a_terminal_is_no_journal(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], told: str
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", told)
    logs = start_logs(paths, "agent", "info", terminal=True)
    log.info("here")
    logs.close()
    faulthandler.enable()
    assert capfd.readouterr().err.endswith("Z INFO sysmon.test: here\n")
