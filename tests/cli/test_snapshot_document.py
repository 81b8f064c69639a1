from __future__ import annotations

import json
import math

from sysmon.cli.snapshot_document import SCHEMA, document
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import ProcessRate, RateTable
from sysmon.runtime.reading import FamilyReading, Figure, MachineReading
from tests.pipeline.made import counters, gauges

NAN = math.nan
ROW = ProcessRow(ProcessKey(7, 1.5), 1, "x\x1b", "root", "running", 0, 2, 3.0, 4096.0, NAN, NAN, "x --y", False)


def made(processes: bool) -> MachineReading:
    figures = (Figure(counters(1)[0], 100.0, 2.0), Figure(gauges(1)[0], NAN, NAN))
    families = (
        FamilyReading("cpu", figures, (Missing("a", "why"),), None, False, 0.001),
        FamilyReading("gpu", (), (), "no driver", True, 0.0),
    )
    table = ProcessTable(LOCAL, 5.0, {7: ROW}, (Missing("io", "needs root"),)) if processes else None
    rates = RateTable(5.0, 1.0, {ROW.key: ProcessRate(0.5, NAN, NAN)})
    return MachineReading(5.0, 1.0, families, table, rates)


def test_the_document_is_json_with_null_for_unknown() -> None:
    read = json.loads(json.dumps(document(made(True), "orion"), allow_nan=False))
    assert (read["schema"], read["time"], read["interval"]) == (SCHEMA, 5.0, 1.0)
    cpu, gpu = read["families"]["cpu"], read["families"]["gpu"]
    assert cpu["series"][0] == {
        "metric": "test.counter",
        "attributes": {"n": "0"},
        "unit": "1",
        "kind": "counter",
        "value": 100.0,
        "rate": 2.0,
    }
    assert cpu["series"][1]["value"] is None
    assert "rate" not in cpu["series"][1]
    assert cpu["missing"] == [{"subject": "a", "reason": "why"}]
    assert (gpu["reason"], gpu["series"]) == ("no driver", [])
    (row,) = read["processes"]["rows"]
    assert (row["pid"], row["name"], row["cpu"], row["read_bytes"]) == (7, "x\x1b", 0.5, None)


def test_every_member_is_described() -> None:
    from pathlib import Path

    text = (Path(__file__).resolve().parents[2] / "docs" / "snapshot.md").read_text(encoding="utf-8")
    read = document(made(True), "orion")
    members = set(read) | set(read["families"]["cpu"]) | set(read["families"]["cpu"]["series"][0])  # type: ignore[index]
    members |= set(read["processes"]["rows"][0])  # type: ignore[index]
    assert not [member for member in members if f"`{member}`" not in text]


def test_without_the_table_there_is_no_member() -> None:
    assert "processes" not in document(made(False), "orion")
