"""One reading of another machine, in the form of a reading of this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.far_snapshot import name_space
from tests.cli.fleet_world import World


def test_the_document_of_another_machine(paired: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["snapshot", "--json", "--host", "atlas", "memory"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["host"] == "atlas"
    assert list(document["families"]) == ["memory"]
    (series,) = document["families"]["memory"]["series"]
    assert series["value"] == 1.0


def test_what_is_no_family_is_a_machine(paired: World, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["snapshot", "nosuch"]) == 2
    said = capsys.readouterr().err
    assert "no family nosuch; this machine has cpu, " in said
    assert "As a machine: no machine called nosuch is watched here; known are atlas" in said


@pytest.mark.parametrize(
    ("metric", "space"),
    [
        ("system.cpu.time", "cpu"),
        ("hw.temperature", "hw"),
        ("gpu", "gpu"),
        ("system.uptime", "uptime"),
        ("hw.power{hw.id=x}", "hw"),
    ],
)
def test_metrics_are_grouped_by_their_name_space(metric: str, space: str) -> None:
    assert name_space(metric) == space
