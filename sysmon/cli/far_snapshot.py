"""One reading of another machine, in the form of a reading of this one. Knows no terminal."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from sysmon.cli.far_watch import following
from sysmon.model.host import LOCAL
from sysmon.model.metric import Kind, Series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import ProcessRates, RateTable
from sysmon.pipeline.query import Query
from sysmon.runtime.far_machine import FarMachine
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from sysmon.runtime.reading import FamilyReading, Figure, MachineReading

PROCESSES = "processes"
_READINGS = 2
"""That rates need."""
_MOST = 6
"""Readings in which two tables of processes should have come."""


def read_far(values: Values, paths: Paths, host: str, wanted: Sequence[str]) -> MachineReading:
    """What the machine ``host`` has now; ``wanted`` are name spaces of its metrics, or "processes"; empty for all.

    Raises ConfigError where no such machine is known, Unreachable where its figures do not come.
    """
    return asyncio.run(_read(values, paths, host, wanted))


async def _read(values: Values, paths: Paths, host: str, wanted: Sequence[str]) -> MachineReading:
    processes = not wanted or PROCESSES in wanted
    counters = ProcessRates()
    table: ProcessTable | None = None
    rates = RateTable(math.nan, math.nan)
    async with following(values, paths, host, processes=processes) as far:
        machine = await far.wait_for(1, values.sampling_interval)
        for reading in range(1, _MOST + 1):
            await far.wait_for(reading, values.sampling_interval)
            if machine.table is not None and machine.table is not table:
                first, table = table is None, machine.table
                rates = counters.step(table)
                if not first and reading >= _READINGS:
                    break
            if not processes and reading >= _READINGS:
                break
    newest = machine.query.newest(LOCAL)
    return MachineReading(newest, values.sampling_interval, families(machine, wanted), table, rates)


def families(machine: FarMachine, wanted: Sequence[str]) -> tuple[FamilyReading, ...]:
    """The figures by the name space of their metric: what a machine publishes does not name its families."""
    catalog = machine.query.catalog(LOCAL)
    if catalog is None:
        return ()
    grouped: dict[str, list[Figure]] = {}
    for series in catalog.series:
        group = name_space(series.metric.name)
        grouped.setdefault(group, []).append(_figure(machine.query, series))
    absent: dict[str, list[Missing]] = {}
    for missing in catalog.missing:
        absent.setdefault(name_space(missing.subject), []).append(missing)
    return tuple(
        FamilyReading(group, tuple(grouped.get(group, ())), tuple(absent.get(group, ())), None, False, math.nan)
        for group in {**grouped, **absent}
        if not wanted or group in wanted
    )


def _figure(query: Query, series: Series) -> Figure:
    if series.metric.kind is Kind.GAUGE:
        return Figure(series, query.latest(LOCAL, series), math.nan)
    return Figure(series, query.total(LOCAL, series), query.latest(LOCAL, series))


def name_space(metric: str) -> str:
    """``cpu`` of ``system.cpu.time``, ``hw`` of ``hw.temperature``, ``gpu`` of the family ``gpu``."""
    first, _, rest = metric.partition("{")[0].partition(".")
    return rest.partition(".")[0] if first == "system" and rest else first
