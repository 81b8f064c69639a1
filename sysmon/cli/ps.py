"""``sysmon ps``: the processes that a filter finds."""

from __future__ import annotations

import json
import math
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from sysmon.cli.arguments import add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.figures import plain, units_of
from sysmon.cli.filtering import Found, add_filter, find
from sysmon.model.printable import printable
from sysmon.viewmodels.format import Units, percent_exact

SORTS: dict[str, Callable[[Found], tuple[float | str, ...]]] = {
    "cpu": lambda found: (_down(found.rate.cpu), _down(found.row.memory)),
    "mem": lambda found: (_down(found.row.memory),),
    "io": lambda found: (_down(found.rate.read + found.rate.write),),
    "pid": lambda found: (float(found.row.key.pid),),
    "name": lambda found: (found.row.name.casefold(),),
    "start": lambda found: (_down(found.row.key.start),),
}
"""How each ``--sort`` orders; figures from high to low, unknown ones last."""


def _down(value: float) -> float:
    return math.inf if math.isnan(value) else -value


def parser() -> ArgumentParser:
    made = command_parser(
        "ps",
        "List the processes that a filter finds; without a filter all of them.",
        "Examples:\n"
        "  sysmon ps firefox                       name or command line holds the word\n"
        "  sysmon ps 'cpu>20 and user:me'          busy ones of mine\n"
        "  sysmon ps port:5432 --json              who holds the port\n"
        "  sysmon ps 'mem>1G or io>10M' --sort mem\n\n"
        "Exit code 1 where nothing matches. docs/filter.md describes the filter language.",
    )
    add_filter(made)
    made.add_argument("--sort", choices=sorted(SORTS), default="cpu", help="order; cpu")
    made.add_argument(
        "--json", action="store_true", help="one JSON array, raw values: seconds, bytes, null for unknown"
    )
    add_set(made)
    return made


def run(args: Namespace) -> int:
    found = sorted(find(args), key=SORTS[args.sort])
    if args.json:
        print(json.dumps([_document(one) for one in found], ensure_ascii=False, allow_nan=False))
    else:
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 0
        for line in lines(found, units_of(load_settings(args)), width):
            print(line)
    return 0 if found else 1


def lines(found: list[Found], units: Units, width: int) -> Iterator[str]:
    """The text, line by line, cut at ``width`` characters; 0 cuts nothing."""
    if not found:
        yield "no process matches"
        return
    head = f"{'PID':>7} {'user':<12} {'CPU':>8} {'memory':>9} {'read':>10} {'write':>10} {'state':<8}  name, command"
    for text in (head, *(_line(one, units) for one in found)):
        yield text[:width] if width else text


def _line(one: Found, units: Units) -> str:
    row, rate = one.row, one.rate
    figures = (
        f"{plain(percent_exact(rate.cpu)):>8} {plain(units.size(row.memory)):>9} "
        f"{plain(units.rate(rate.read)):>10} {plain(units.rate(rate.write)):>10}"
    )
    text = f"{row.key.pid:>7} {printable(row.user)[:12]:<12} {figures} {row.state[:8]:<8}  {printable(row.name)}"
    return f"{text}  {printable(row.command)}".rstrip()


def _document(one: Found) -> dict[str, object]:
    row, rate = one.row, one.rate
    numbers = {
        "cpu": rate.cpu,
        "cpu_time": row.cpu_time,
        "memory": row.memory,
        "read_rate": rate.read,
        "write_rate": rate.write,
    }
    return {
        "pid": row.key.pid,
        "start": row.key.start,
        "parent": row.parent,
        "name": row.name,
        "user": row.user,
        "state": row.state,
        "nice": row.nice,
        "threads": row.threads,
        **{name: None if math.isnan(value) else value for name, value in numbers.items()},
        "command": row.command,
    }
