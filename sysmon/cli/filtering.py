"""What ``ps`` and ``kill`` share: the filter argument, and the processes it finds right now."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from sysmon.collectors.gpu import GpuCollector
from sysmon.collectors.gpu_users import GpuUsers, ProcessesWithGpu
from sysmon.collectors.process_lookup import MOST_DESCRIPTORS
from sysmon.collectors.processes import open_process_reader
from sysmon.model.errors import SysmonError
from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import UNKNOWN, ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.pipeline.search.language import FilterError
from sysmon.pipeline.search.matching import compile_filter, needs
from sysmon.runtime.deep_lookup import DeepLookup
from sysmon.runtime.reading import MachineReading, read_machine

SPAN = 0.5
"""Seconds between the two sweeps that rates are made of."""
_RATES = frozenset({"cpu", "read", "write", "io"})


@dataclass(frozen=True, slots=True)
class Found:
    """A process that matches, and what it does at present."""

    row: ProcessRow
    rate: ProcessRate
    extra: ColumnFigures = UNKNOWN
    """What was asked for beside the table."""


def add_filter(parser: ArgumentParser, required: bool = False) -> None:
    """Let ``parser`` take the words of a filter."""
    parser.add_argument(
        "filter", nargs="+" if required else "*", metavar="FILTER", help="such as: name, user:me, cpu>5"
    )


def find(args: Namespace, rates: bool = True, demand: Collection[Column] = (), gpu: bool = False) -> list[Found]:
    """The processes that match, in no order. Raises SysmonError with a mark under a wrong filter.

    ``demand``: columns to be read of those that are found; ``gpu``: whether it is to be told who uses GPUs.
    """
    text = " ".join(args.filter)
    lookup = DeepLookup(time.time)
    try:
        match = compile_filter(text, lookup, time.time)
        needed = needs(text)
    except FilterError as error:
        raise SysmonError(f"{error}\n  {printable(text)}\n  {' ' * error.position}^") from error
    reading = _read(SPAN if rates or needed & _RATES else 0.0, gpu=gpu or "gpu" in needed)
    table, of = reading.processes, reading.process_rates.of
    rows = list(table.rows.values()) if table is not None else []
    waits = Column.IO_WAIT in demand or "iowait" in needed
    if waits:
        _wait(lookup, (row.key for row in rows))
    found = [Found(row, of(row), _extra(lookup, row.key, demand)) for row in rows if match(row, of(row))]
    for reason in _troubles(lookup, reading):
        print(f"sysmon: {printable(reason)}", file=sys.stderr)
    return found


def _read(span: float, *, gpu: bool) -> MachineReading:
    reader = open_process_reader()
    users = GpuUsers()
    collectors: list[GpuCollector] = []
    if gpu:
        reader = ProcessesWithGpu(reader, users)
        collectors = [GpuCollector(Path("/proc"), Path("/sys"))]
        collectors[0].users = users
        users.take()  # wanted from the first reading on
    try:
        return read_machine(collectors, reader, span or (SPAN if gpu else 0.0))
    finally:
        reader.close()
        for collector in collectors:
            collector.close()


def _wait(lookup: DeepLookup, keys: Iterable[ProcessKey]) -> None:
    """Look at the counters of waiting once, and again from `SPAN` seconds later on."""
    for key in keys:
        lookup.columns(key, Column.IO_WAIT)
    time.sleep(SPAN)
    lookup.forget()


def _extra(lookup: DeepLookup, key: ProcessKey, demand: Collection[Column]) -> ColumnFigures:
    found = UNKNOWN
    for column in demand:
        told = lookup.columns(key, column)
        if column is Column.MEMORY:
            found = found._replace(pss=told.pss, swap=told.swap)
        elif column is Column.GROUP:
            found = found._replace(cgroup=told.cgroup, container=told.container)
        else:
            found = found._replace(io_wait=told.io_wait)
    return found


def _troubles(lookup: DeepLookup, reading: MachineReading) -> Iterable[str]:
    """What was asked for and is not known, and why."""
    if lookup.refused:
        yield f"{lookup.refused} processes of other users could not be looked into; root may"
    if lookup.cut:
        yield f"{lookup.cut} processes hold more than {MOST_DESCRIPTORS} descriptors; only the first of them were looked at"
    for column, reason in lookup.reasons.items():
        yield f"{column.value} is not known of every process: {reason}"
    for family in reading.families:
        if family.reason is not None:
            yield f"who uses GPUs is not known: {family.reason}"
