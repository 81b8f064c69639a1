"""``sysmon bench``: measure what sysmon costs on this machine, against the bounds it must keep."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from sysmon.cli.commands import command_parser
from sysmon.model.printable import printable
from sysmon.runtime.bench import BENCHES, harness
from sysmon.runtime.bench.harness import Report


def parser() -> ArgumentParser:
    made = command_parser(
        "bench",
        "Measure what sysmon costs here. Figures of different machines do not compare; ratios do.\n"
        "Ends with 1 where a bound is broken.",
        f"Benchmarks: {', '.join(BENCHES)}",
    )
    made.add_argument("name", nargs="?", metavar="NAME", help="the benchmark to run")
    made.add_argument("--list", action="store_true", help="name the benchmarks")
    made.add_argument("--json", action="store_true", help="the results as one JSON object")
    made.add_argument("--quick", action="store_true", help="measure for a shorter time where that is possible")
    made.add_argument("--trace", type=Path, metavar="FILE", help="measure on a recorded trace (wire)")
    return made


def run(args: Namespace) -> int:
    if args.list:
        print("\n".join(BENCHES))
        return 0
    name: str | None = args.name
    if name is None or name not in BENCHES:
        what = "name a benchmark" if name is None else f"there is no benchmark {printable(name)}"
        print(f"sysmon: {what}: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    trace: Path | None = args.trace
    try:
        report = harness.run(name, args.quick, trace)
    except (OSError, ValueError) as error:
        if trace is None:
            raise
        print(f"sysmon: {printable(str(error))}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(report.document(), ensure_ascii=False, allow_nan=False))
    else:
        for line in lines(report):
            print(line)
    return 0 if report.ok else 1


def lines(report: Report) -> Iterator[str]:
    """The report for a person."""
    yield f"{report.bench} on {report.environment.get('cpu')}, {report.environment.get('processes', '–')} processes"
    for result in report.results:
        value = "–" if result.value is None else f"{result.value:.4g} {result.unit}"
        bound = "" if result.bound is None else f"at most {result.bound:g}"
        verdict = {True: "ok", False: "BROKEN", None: ""}[result.ok]
        yield f"  {result.metric:<28} {value:>16}  {bound:<14} {verdict:<7} {result.note}".rstrip()
