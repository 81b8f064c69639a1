"""A hub takes what an agent takes, and its check is the agent's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.hub import parser


def test_the_help_teaches() -> None:
    text = " ".join(parser().format_help().split())
    assert "publish them to whoever may watch" in text
    assert "the less loaded one" in text


def test_it_can_be_checked_without_starting(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "--check"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out
    assert main(["hub", "--check", "--share", "--set", "sharing.addresses=192.0.2.1"]) == 1
    assert "192.0.2.1 cannot be listened on" in capsys.readouterr().out
