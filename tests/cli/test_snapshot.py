from __future__ import annotations

import json
import math

import psutil
import pytest

from sysmon.cli import main
from sysmon.cli.snapshot import TOP, busiest, lines
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import ProcessRate, RateTable
from sysmon.runtime.reading import FamilyReading, Figure, MachineReading
from sysmon.viewmodels.format import Units
from tests.pipeline.made import gauges

NAN = math.nan


def row(pid: int, memory: float, name: str = "x", command: str = "") -> ProcessRow:
    return ProcessRow(ProcessKey(pid, 1.0), 1, name, "root", "running", 0, 1, 0.0, memory, 0.0, 0.0, command, False)


def machine(*families: FamilyReading, table: ProcessTable | None = None) -> MachineReading:
    return MachineReading(5.0, 1.0, families, table, RateTable(5.0, 1.0))


def text(reading: MachineReading, width: int = 100) -> str:
    return "\n".join(lines(reading, Units(), width))


def test_a_reading_of_this_machine_agrees_with_psutil(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--json", "--over", "0", "memory", "load"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert set(read["families"]) == {"memory", "load"}
    found = {entry["metric"]: entry["value"] for entry in read["families"]["memory"]["series"]}
    assert found["system.memory.limit"] == psutil.virtual_memory().total


def test_the_text_has_every_family_and_the_processes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--over", "0.05"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("rates over 0.05 s\n")
    for part in ("\ncpu\n", "\nmemory\n", "\nnetwork\n", "system.memory.usage", "\nprocesses: "):
        assert part in out


def test_an_unknown_family_is_wrong_usage_and_the_known_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "cpuu"]) == 2
    error = capsys.readouterr().err
    assert "no family cpuu" in error
    assert "memory" in error


@pytest.mark.parametrize("word", ["-1", "61", "x", "nan"])
def test_wrong_spans(word: str) -> None:
    assert main(["snapshot", f"--over={word}"]) == 2


def test_reasons_stand_in_place_of_what_is_missing() -> None:
    known, unknown = gauges(2)
    family = FamilyReading(
        "x",
        (Figure(known, 1.0, NAN), Figure(unknown, NAN, NAN)),
        (Missing(unknown.key, "no driver"), Missing("test.gauge{n=7}", "no driver")),
        None,
        False,
        0.0,
    )
    shown = text(machine(family))
    assert "0 100 %" in shown
    assert shown.count("–") == 1
    assert "– 1, 7: no driver" in shown


def test_a_family_that_is_off_says_why() -> None:
    shown = text(machine(FamilyReading("gpu", (), (), "no driver\x1b[2J", True, 0.0)))
    assert "unavailable, because no driver\\x1b[2J" in shown


@pytest.mark.parametrize("width", [10, 60, 100, 200])
def test_lines_fit(width: int) -> None:
    members = gauges(60)
    family = FamilyReading("x", tuple(Figure(member, 0.5, NAN) for member in members), (), None, False, 0.0)
    table = ProcessTable(LOCAL, 5.0, {1: row(1, 1e6, "x", "y" * 500)})
    shown = text(machine(family, table=table), width)
    assert max(len(line) for line in shown.splitlines()) <= max(60, width)
    assert all(f"{n} 50 %" in shown for n in range(60))


def test_hostile_names_of_processes_do_not_reach_the_terminal() -> None:
    table = ProcessTable(LOCAL, 5.0, {1: row(1, 1e6, "a\x1b[2J\nb", "c\u202ed")})
    shown = text(machine(table=table))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "a\\x1b[2J\\x0ab" in shown


def test_the_busiest_come_first_then_the_largest() -> None:
    rows = {n: row(n, memory=float(n)) for n in range(1, 30)}
    rows[30] = row(30, NAN)
    rates = RateTable(5.0, 1.0, {rows[3].key: ProcessRate(0.9, 0.0, 0.0), rows[4].key: ProcessRate(NAN, 0.0, 0.0)})
    found = [entry.key.pid for entry in busiest(ProcessTable(LOCAL, 5.0, rows), rates, TOP)]
    assert found[:3] == [3, 29, 28]
    assert len(found) == TOP
