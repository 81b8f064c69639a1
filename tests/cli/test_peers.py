"""Peers as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.peers import changed_rights, lines
from sysmon.model.errors import SysmonError
from sysmon.model.link import LinkState, Rights
from sysmon.model.peer import Peer
from sysmon.runtime.console import Known
from tests.cli.fleet_world import World


def test_nobody_yet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["peers"]) == 0
    assert "No machine was paired" in capsys.readouterr().out


def test_a_paired_machine_is_listed(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["peers", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["name"], found["id"], found["watched"]) == ("atlas", paired.machine.id, True)
    assert main(["peers"]) == 0
    assert paired.machine.address() in capsys.readouterr().out


def test_why_a_link_is_down_stands_below_and_names_are_harmless() -> None:
    peer = Peer("abcdefghij", "ev\x1b[2Jil", rights=Rights(False, False, False, False, False))
    text = "\n".join(lines([Known(peer, LinkState.REFUSED, "10.0.0.1:4870", "Another machine answers.")]))
    assert "\x1b" not in text
    assert "Another machine answers." in text
    assert "nothing" in text


def test_rights_are_changed_for_one_machine(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["peers", "--allow", "commands", "--allow", "metrics", "--deny", "history", "atlas"]) == 0
    assert capsys.readouterr().out == "atlas may see: metrics, commands.\n"
    assert main(["peers", "--json", "atlas"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [right for right, given in found["rights"].items() if given] == ["metrics", "commands"]


def test_a_change_of_rights_names_a_machine_and_is_one(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["peers", "--allow", "actions"]) == 1
    assert "Name the machine" in capsys.readouterr().err
    assert main(["peers", "--deny", "metrics", "vega"]) == 1
    assert "no machine called vega" in capsys.readouterr().err
    with pytest.raises(SysmonError, match="history cannot be allowed and denied"):
        changed_rights(Rights(), ["history"], ["history", "metrics"])


def test_the_audit_list_is_printed_without_a_program_that_runs(
    home: Path, paired: World, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["peers", "--audit"]) == 0
    assert "paired with atlas" in capsys.readouterr().out


def test_an_audit_list_that_is_empty_or_cannot_be_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["peers", "--audit"]) == 0
    assert "Nobody was let in" in capsys.readouterr().out
    (home / "state" / "fleet-audit.jsonl").mkdir(parents=True)
    assert main(["peers", "--audit"]) == 1
    assert "the list cannot be read" in capsys.readouterr().err
