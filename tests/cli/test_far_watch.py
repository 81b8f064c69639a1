"""Figures of another machine line by line, from the terminal, and what is said where they do not come."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.cli import far_watch, main
from sysmon.runtime.fleet_place import FleetOptions
from tests.cli.fleet_world import World, world
from tests.runtime.machines_of_a_fleet import TestMachine


def test_lines_of_another_machine(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["watch", "--count", "2", "--interval", "0.25", "atlas"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_machine_that_nobody_knows(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--count", "1", "vega"]) == 1
    assert "no machine called vega is watched here; no machine was paired with this one yet" in capsys.readouterr().err


def test_figures_that_do_not_come_are_not_waited_for(
    paired: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_watch, "PATIENCE", 0.3)
    paired.do(paired.machine.fleet.stop)
    assert main(["watch", "--count", "1", "atlas"]) == 1
    said = capsys.readouterr().err
    assert "No figures of atlas came within 0.3 s" in said


def test_a_machine_behind_a_hub_is_waited_for(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path, "harbour", relays=True) as hub:
        link = hub.do(hub.machine.fleet.invite).link
        leaf = hub.do(lambda: TestMachine(tmp_path, "leaf", FleetOptions(dial=("harbour",))))
        hub.do(leaf.fleet.start)
        hub.do(lambda: leaf.fleet.pair(link))
        hub.tick_too(leaf)
        try:
            assert main(["pair", hub.do(hub.machine.fleet.invite).link]) == 0
            assert main(["watch", "--count", "1", "--interval", "0.25", "leaf"]) == 0
            monkeypatch.setattr(far_watch, "INTRODUCED", 0.2)
            assert main(["watch", "--count", "1", "vega"]) == 1
            assert "no machine called vega is watched here" in capsys.readouterr().err
        finally:
            hub.do(leaf.fleet.stop)
