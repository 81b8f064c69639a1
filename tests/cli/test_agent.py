"""What an agent takes, and what it says of wrong settings without starting."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.agent import parser


def test_the_help_says_how_to_be_watched() -> None:
    text = " ".join(parser().format_help().split())
    assert "paired machines can watch this one" in text
    assert "--dial" in text


def test_interval_and_log_level_are_taken() -> None:
    given = vars(parser().parse_args(["--interval", "5", "--log-level", "debug", "--dial", "a", "--dial", "b"]))
    assert given["sampling.interval"] == 5.0
    assert given["log.level"] == "debug"
    assert given["dial"] == ["a", "b"]


def test_a_wrong_file_and_a_hub_that_nobody_knows_are_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text("[sharing]\nport = 0\n")
    assert main(["agent", "--check", "--dial", "harbour"]) == 1
    said = capsys.readouterr().out
    assert "sharing.port" in said
    assert "no machine called harbour" in said
    assert not (home / "run").exists(), "nothing was started"
