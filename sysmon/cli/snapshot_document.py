"""The JSON document of ``sysmon snapshot --json``: stable, and described in `docs/snapshot.md`.

Within version 1 members are only added. Values are raw: bytes, seconds, counters since boot;
null where unknown.
"""

from __future__ import annotations

import math

from sysmon import __version__
from sysmon.model.metric import Kind
from sysmon.model.process import ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import ProcessRate, RateTable
from sysmon.runtime.reading import FamilyReading, Figure, MachineReading

SCHEMA = "sysmon.snapshot/1"

Json = dict[str, object]


def document(reading: MachineReading, host: str) -> Json:
    """The whole document of the machine called ``host``, ready for `json.dumps`."""
    made: Json = {
        "schema": SCHEMA,
        "program": f"sysmon {__version__}",
        "host": host,
        "time": reading.time,
        "interval": reading.span,
        "families": {family.family: _family(family) for family in reading.families},
    }
    if reading.processes is not None:
        made["processes"] = _processes(reading.processes, reading.process_rates)
    return made


def _family(family: FamilyReading) -> Json:
    return {
        "duration": _number(family.duration),
        "reason": family.reason,
        "series": [_figure(figure) for figure in family.figures],
        "missing": [_missing(entry) for entry in family.missing],
    }


def _figure(figure: Figure) -> Json:
    metric = figure.series.metric
    made: Json = {
        "metric": metric.name,
        "attributes": dict(figure.series.attributes),
        "unit": metric.unit,
        "kind": metric.kind.value,
        "value": _number(figure.value),
    }
    if metric.kind is Kind.COUNTER:
        made["rate"] = _number(figure.rate)
    return made


def _missing(entry: Missing) -> Json:
    return {"subject": entry.subject, "reason": entry.reason}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _processes(table: ProcessTable, rates: RateTable) -> Json:
    return {
        "rows": [_process(row, rates.of(row)) for row in table.rows.values()],
        "missing": [_missing(entry) for entry in table.missing],
    }


def _process(row: ProcessRow, rate: ProcessRate) -> Json:
    return {
        "pid": row.key.pid,
        "start": _number(row.key.start),
        "parent": row.parent,
        "name": row.name,
        "user": row.user,
        "state": row.state,
        "nice": row.nice,
        "threads": row.threads,
        "cpu_time": _number(row.cpu_time),
        "cpu": _number(rate.cpu),
        "memory": _number(row.memory),
        "read_bytes": _number(row.read_bytes),
        "read_rate": _number(rate.read),
        "write_bytes": _number(row.write_bytes),
        "write_rate": _number(rate.write),
        "command": row.command,
        "kernel": row.kernel,
    }
