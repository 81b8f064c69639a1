from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.runtime.options import OPTIONS
from sysmon.runtime.paths import find_paths


@pytest.fixture
def file() -> Path:
    file = find_paths().settings_file
    file.parent.mkdir(parents=True)
    return file


def test_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{find_paths().settings_file}\n"


def test_set_get_and_show_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "set", "sampling.interval", "0.5"]) == 0
    assert main(["config", "set", "sampling.keep", "30"]) == 0
    assert "next start" in capsys.readouterr().out
    assert main(["config", "get", "sampling.interval"]) == 0
    assert capsys.readouterr().out == "0.5\n"
    assert main(["config"]) == 0
    shown = tomllib.loads(capsys.readouterr().out)
    assert shown["sampling"]["interval"] == 0.5
    assert {f"{section}.{key}" for section, table in shown.items() for key in table} == set(OPTIONS)


def test_a_wrong_value_is_refused_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "set", "sampling.interval", "99"]) == 1
    assert "must be between 0.25 and 10 s" in capsys.readouterr().err
    assert not find_paths().settings_file.exists()


def test_check_names_what_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 0
    assert "not there" in capsys.readouterr().out
    file.write_text("[sampling]\nintervall = 1\n", encoding="utf-8")
    assert main(["config", "check"]) == 0
    assert "line 2: sampling.intervall" in capsys.readouterr().out
    file.write_text("[sampling]\ninterval = 99\n", encoding="utf-8")
    assert main(["config", "check"]) == 1
    file.write_text("[sampling\n", encoding="utf-8")
    assert main(["config", "check"]) == 1
    file.write_text("[sampling]\n", encoding="utf-8")
    assert main(["config", "check"]) == 0


def test_a_broken_file_is_kept_aside_and_that_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[sampling\n", encoding="utf-8")
    assert main(["config", "set", "window.theme", "dark"]) == 0
    assert "settings.toml.broken-1" in capsys.readouterr().err
    assert file.with_name("settings.toml.broken-1").read_text(encoding="utf-8") == "[sampling\n"


def test_manual(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "manual"]) == 0
    assert capsys.readouterr().out.startswith("# Settings\n")
