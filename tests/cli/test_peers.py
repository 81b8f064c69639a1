"""Peers as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.peers import lines
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
