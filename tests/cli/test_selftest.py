from __future__ import annotations

import json
import subprocess

import pytest

from sysmon.cli import main
from sysmon.cli.selftest import SelftestFailed, has_gui, import_all, parser, read_once
from sysmon.runtime.program import own_command


def test_one_reading_names_what_it_found() -> None:
    assert "families" in read_once()


def test_a_machine_without_readings_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.cli.selftest.local_collectors", list)
    with pytest.raises(SelftestFailed, match=r"system\.cpu\.time"):
        read_once()


def test_every_module_below_the_window_is_imported() -> None:
    assert int(import_all(with_window=False).split()[0]) > 50


def test_a_failing_step_ends_with_1_and_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: bool) -> str:
        raise SyntaxError("broken file")

    monkeypatch.setattr("sysmon.cli.selftest.import_all", fail)
    assert main(["selftest"]) == 1
    assert "failed  modules: SyntaxError: broken file" in capsys.readouterr().out


def test_without_gui_packages_the_window_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sysmon.cli.selftest.has_gui", lambda: False)
    monkeypatch.setattr("sysmon.cli.selftest.import_all", lambda _: "0 imported")
    assert main(["selftest"]) == 0
    assert "skipped window" in capsys.readouterr().out


@pytest.mark.skipif(not has_gui(), reason="needs the gui packages")
def test_qt_tells_its_facts_in_a_process_of_its_own() -> None:
    done = subprocess.run([*own_command(), "selftest", "--qt"], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["platform"] == "offscreen"


def test_the_inner_question_is_not_in_the_help() -> None:
    assert "--qt" not in parser().format_help()
