from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from sysmon.cli.arguments import add_demo, add_option, add_set, load_settings, overrides
from sysmon.model.errors import ConfigError
from sysmon.runtime.launch import DEMO_MACHINES
from sysmon.runtime.paths import find_paths


@pytest.fixture
def parser() -> ArgumentParser:
    parser = ArgumentParser()
    add_option(parser, "sampling.interval")
    add_option(parser, "window.start_hidden", "--hidden")
    add_set(parser)
    return parser


def test_what_is_not_said_is_not_overridden(parser: ArgumentParser) -> None:
    assert overrides(parser.parse_args([])) == {}


def test_flags_and_assignments(parser: ArgumentParser) -> None:
    args = parser.parse_args(["--interval", "2", "--hidden", "--set", "window.theme=dark", "--set", "log.level=debug"])
    assert overrides(args) == {
        "sampling.interval": 2.0,
        "window.start_hidden": True,
        "window.theme": "dark",
        "log.level": "debug",
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--interval", "0"], "must be between 0.25 and 10 s"),
        (["--set", "window.theme=pink"], "must be one of dark, light, system"),
        (["--set", "window.thme=dark"], "did you mean window.theme?"),
        (["--set", "window.theme"], "is not of the form NAME=VALUE"),
    ],
)
def test_wrong_values_end_with_the_reason(
    parser: ArgumentParser, words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(words)
    assert reason in capsys.readouterr().err


def test_the_help_names_bounds_and_default(parser: ArgumentParser) -> None:
    text = " ".join(parser.format_help().split())
    assert "between 0.25 and 10 s; 1.0 where the settings say nothing" in text


def test_settings_are_file_and_command_line_and_problems_are_said(
    parser: ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = find_paths({"SYSMON_HOME": str(tmp_path)})
    paths.config.mkdir()
    paths.settings_file.write_text('[window]\ntheme = "pink"\nnew = 1\n[log]\nlevel = "debug"\n', encoding="utf-8")
    settings = load_settings(parser.parse_args(["--interval", "3"]), paths)
    assert settings.sampling_interval == 3.0
    assert settings.log_level == "debug"
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "line 2: window.theme: 'pink' must be one of dark, light, system; the default is used" in error


def test_the_environment_sets_options_and_the_command_line_wins() -> None:
    environment = {"SYSMON_SAMPLING_INTERVAL": "2.5", "SYSMON_LOG_LEVEL": "debug", "SYSMON_HOME": "x", "PATH": ""}
    parser = ArgumentParser()
    add_option(parser, "sampling.interval")
    args = parser.parse_args(["--interval", "0.5"])
    assert overrides(args, environment) == {"sampling.interval": 0.5, "log.level": "debug"}


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ConfigError, match=r"SYSMON_SAMPLING_INTERVAL: 'often' must be between 0.25 and 10 s"):
        overrides(ArgumentParser().parse_args([]), {"SYSMON_SAMPLING_INTERVAL": "often"})


def test_a_demo_simulates_as_many_machines_as_are_asked_for() -> None:
    parser = ArgumentParser()
    add_demo(parser)
    assert parser.parse_args([]).machines == DEMO_MACHINES
    assert not parser.parse_args([]).demo
    assert parser.parse_args(["--demo", "--machines", "500"]).machines == 500


@pytest.mark.parametrize("text", ["0", "-1", "1001", "many", "1.5", "", "٣", "99999999999999999999"])
def test_a_wrong_number_of_machines_says_what_is_right(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    add_demo(parser)
    with pytest.raises(SystemExit):
        parser.parse_args([f"--machines={text}"])
    assert "a whole number from 1 to 1000" in capsys.readouterr().err
