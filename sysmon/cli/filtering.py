"""What ``ps`` and ``kill`` share: the filter argument, and the processes it finds right now."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from sysmon.collectors.process_lookup import ProcessLookup
from sysmon.collectors.processes import open_process_reader
from sysmon.model.errors import SysmonError
from sysmon.model.printable import printable
from sysmon.model.process import ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.pipeline.search.language import FilterError
from sysmon.pipeline.search.matching import compile_filter, needs
from sysmon.runtime.reading import read_machine

SPAN = 0.5
"""Seconds between the two sweeps that rates are made of."""


@dataclass(frozen=True, slots=True)
class Found:
    """A process that matches, and what it does at present."""

    row: ProcessRow
    rate: ProcessRate


def add_filter(parser: ArgumentParser, required: bool = False) -> None:
    """Let ``parser`` take the words of a filter."""
    parser.add_argument(
        "filter", nargs="+" if required else "*", metavar="FILTER", help="such as: name, user:me, cpu>5"
    )


def find(args: Namespace, rates: bool = True) -> list[Found]:
    """The processes that match, in no order. Raises SysmonError with a mark under a wrong filter."""
    text = " ".join(args.filter)
    lookup = ProcessLookup()
    try:
        match = compile_filter(text, lookup, time.time)
        needed = needs(text)
    except FilterError as error:
        raise SysmonError(f"{error}\n  {printable(text)}\n  {' ' * error.position}^") from error
    reader = open_process_reader()
    try:
        span = SPAN if rates or needed & {"cpu", "read", "write", "io"} else 0.0
        reading = read_machine((), reader, span)
    finally:
        reader.close()
    table, of = reading.processes, reading.process_rates.of
    rows = table.rows.values() if table is not None else ()
    found = [Found(row, of(row)) for row in rows if match(row, of(row))]
    if lookup.refused:
        note = f"{lookup.refused} processes of other users could not be looked into; root may"
        print(f"sysmon: {note}", file=sys.stderr)
    return found
