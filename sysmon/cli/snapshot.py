"""``sysmon snapshot``: one reading of a machine, for a person or for a script."""

from __future__ import annotations

import heapq
import math
import platform
import shutil
import sys
import textwrap
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence

from sysmon.cli.arguments import add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.figures import figure, label, plain, units_of
from sysmon.cli.snapshot_document import document
from sysmon.collectors.processes import open_process_reader
from sysmon.collectors.registry import local_collectors
from sysmon.model.errors import ConfigError
from sysmon.model.printable import printable
from sysmon.model.process import ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.pipeline.process_rates import RateTable
from sysmon.runtime.paths import find_paths
from sysmon.runtime.reading import FamilyReading, MachineReading, read_machine
from sysmon.viewmodels.format import Units, percent_exact

PROCESSES = "processes"
TOP = 10
"""Processes that the text lists; JSON has them all."""
_NAME_WIDTH = 34


def parser() -> ArgumentParser:
    made = command_parser(
        "snapshot",
        "Read this machine, or a paired one, once and print every figure, and why the rest is missing.\n"
        "Counters become rates: everything is read twice, a second apart. In the text 100 % of CPU time is one CPU.",
        "Examples:\n"
        "  sysmon snapshot                      everything\n"
        "  sysmon snapshot cpu memory           two families\n"
        "  sysmon snapshot --json | jq .families.memory\n"
        "  sysmon snapshot --host atlas cpu     of a paired machine; `sysmon snapshot atlas` is all of it\n\n"
        "docs/snapshot.md describes the JSON. Family `processes` is the table of processes.",
    )
    made.add_argument("--json", action="store_true", help="raw values with unit and kind, for scripts")
    made.add_argument(
        "--over", type=_span, default=1.0, metavar="SECONDS", help="time between the two readings, 0 for only one; 1"
    )
    made.add_argument("--host", help="name or id of a paired machine; this one")
    add_set(made)
    made.add_argument("family", nargs="*", help="only these families")
    return made


def _span(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 60.0:
        raise ArgumentTypeError("must be between 0 and 60 seconds")
    return value


def run(args: Namespace) -> int:
    wanted: list[str] = args.family
    collectors = local_collectors()
    known = [collector.family for collector in collectors] + [PROCESSES]
    strange = [name for name in wanted if name not in known]
    if args.host is None and len(wanted) == 1 and strange:
        # `sysmon snapshot atlas`: what is no family is a machine.
        families = f"no family {printable(wanted[0])}; this machine has {', '.join(known)}. As a machine: "
        return _far(args, wanted[0], [], families)
    if args.host is not None:
        return _far(args, args.host, wanted)
    if strange:
        print(
            f"sysmon: no family {printable(', '.join(strange))}; this machine has {', '.join(known)}", file=sys.stderr
        )
        return 2
    chosen = [collector for collector in collectors if not wanted or collector.family in wanted]
    processes = open_process_reader() if not wanted or PROCESSES in wanted else None
    try:
        reading = read_machine(chosen, processes, args.over)
    finally:
        for collector in collectors:
            collector.close()
        if processes is not None:
            processes.close()
    return _print(args, reading, platform.node(), units_of(load_settings(args)))


def _far(args: Namespace, host: str, wanted: Sequence[str], otherwise: str = "") -> int:
    """Print the figures of another machine; ``otherwise`` is said where there is none called ``host``."""
    from sysmon.cli.far_snapshot import read_far

    settings = load_settings(args)
    try:
        reading = read_far(settings, find_paths(), host, wanted)
    except ConfigError as error:
        print(f"sysmon: {otherwise}{error}", file=sys.stderr)
        return 2
    return _print(args, reading, host, units_of(settings))


def _print(args: Namespace, reading: MachineReading, host: str, units: Units) -> int:
    if args.json:
        import json

        print(json.dumps(document(reading, host), ensure_ascii=False, allow_nan=False))
    else:
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
        for line in lines(reading, units, width):
            print(line)
    return 0


def lines(reading: MachineReading, units: Units, width: int) -> Iterator[str]:
    """The text, line by line."""
    yield f"rates over {reading.span:g} s" if reading.span else "one reading: no rates"
    for family in reading.families:
        yield ""
        yield from _family_lines(family, units, width)
    if reading.processes is not None:
        yield ""
        yield from _process_lines(reading.processes, reading.process_rates, units, width)


def _family_lines(family: FamilyReading, units: Units, width: int) -> Iterator[str]:
    yield family.family
    if family.reason is not None:
        yield from _wrapped("", f"unavailable, because {printable(family.reason)}", width)
    explained = {entry.subject for entry in family.missing}
    groups: dict[str, list[str]] = {}
    for entry in family.figures:
        if {entry.series.metric.name, entry.series.key} & explained and math.isnan(entry.value):
            continue
        text = figure(entry.series, entry.value, entry.rate, units)
        groups.setdefault(entry.series.metric.name, []).append(f"{label(entry.series)} {text}".strip())
    for name, texts in groups.items():
        yield from _wrapped(name, " · ".join(text.replace(" ", "\u00a0") for text in texts), width)
    yield from _missing_lines(family.missing, width)


def _wrapped(name: str, text: str, width: int) -> Sequence[str]:
    """``name`` and ``text`` beside it, as many lines as it takes; no-break spaces hold a figure together."""
    if len(name) >= _NAME_WIDTH:
        head, rest = [f"  {name}"], " " * (_NAME_WIDTH + 3)
    else:
        head, rest = [], f"  {name:<{_NAME_WIDTH}} " if name else "  "
    folded = textwrap.wrap(
        text,
        max(width, 60),
        initial_indent=rest,
        subsequent_indent=" " * len(rest),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\u00a0", " ") for line in [*head, *folded]]


def _process_lines(table: ProcessTable, rates: RateTable, units: Units, width: int) -> Iterator[str]:
    rows = busiest(table, rates, TOP)
    yield f"processes: {len(table.rows)}, the busiest {len(rows)}"
    yield f"  {'PID':>7} {'CPU':>8} {'memory':>9}  {'user':<12} name, command"
    for row in rows:
        cpu = plain(percent_exact(rates.of(row).cpu))
        memory = plain(units.size(row.memory))
        text = f"  {row.key.pid:>7} {cpu:>8} {memory:>9}  {printable(row.user)[:12]:<12} {printable(row.name)}"
        yield f"{text}  {printable(row.command)}".rstrip()[: max(width, 60)]
    yield from _missing_lines(table.missing, width)


def _missing_lines(missing: Sequence[Missing], width: int) -> Iterator[str]:
    """One line for each reason and metric, however many devices it holds for."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for entry in missing:
        subject, brace, device = entry.subject.partition("{")
        devices = grouped.setdefault((subject, entry.reason), [])
        if brace:
            devices.append(device.removesuffix("}").partition("=")[2] or device)
    for (subject, reason), devices in grouped.items():
        text = f"{', '.join(devices)}: {reason}" if devices else reason
        yield from _wrapped(printable(subject), f"– {printable(text)}", width)


def busiest(table: ProcessTable, rates: RateTable, count: int) -> list[ProcessRow]:
    """The ``count`` processes that take the most CPU now; among equals those with the most memory."""

    def rank(row: ProcessRow) -> tuple[float, float]:
        cpu = rates.of(row).cpu
        return (0.0 if math.isnan(cpu) else -cpu, 0.0 if math.isnan(row.memory) else -row.memory)

    return heapq.nsmallest(count, table.rows.values(), rank)
