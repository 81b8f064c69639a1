"""A machine is forgotten by name, after a question, and is then unknown."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sysmon.cli import main
from tests.cli.fleet_world import World


def test_it_is_forgotten(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["revoke", "--yes", "atlas"]) == 0
    assert "atlas was forgotten" in capsys.readouterr().out
    assert main(["revoke", "--yes", "atlas"]) == 1
    assert "no machine called atlas was paired" in capsys.readouterr().err


def test_nobody_to_ask_changes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["revoke", "atlas"]) == 1
    assert "add --yes" in capsys.readouterr().err
