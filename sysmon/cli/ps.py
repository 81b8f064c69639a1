"""``sysmon ps``: the processes that a filter finds."""

from __future__ import annotations

import json
import math
import shutil
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sysmon.cli.arguments import add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.figures import plain, units_of
from sysmon.cli.filtering import Found, add_filter, find
from sysmon.cli.ps_columns import COLUMN_OF, COLUMNS, USUAL, PsColumn, cell, down, order
from sysmon.model.printable import printable
from sysmon.viewmodels.format import Units

SORTS: Final[dict[str, Callable[[Found], tuple[float | str, ...]]]] = {
    **{column.key: order(column) for column in COLUMNS},
    "io": lambda found: (down(found.rate.read + found.rate.write),),
    "name": lambda found: (found.row.name.casefold(),),
}
"""How each ``--sort`` orders; figures from high to low, unknown ones last."""


def parser() -> ArgumentParser:
    made = command_parser(
        "ps",
        "List the processes that a filter finds; without a filter all of them.",
        "Examples:\n"
        "  sysmon ps firefox                       name or command line holds the word\n"
        "  sysmon ps 'cpu>20 and user:me'          busy ones of mine\n"
        "  sysmon ps port:5432 --json              who holds the port\n"
        "  sysmon ps 'mem>1G or io>10M' --sort mem\n"
        "  sysmon ps 'swap>10M' --columns +swap,pss,container\n\n"
        "Exit code 1 where nothing matches. docs/filter.md describes the filter language.\n"
        "Shares of CPU are of one core; --set processes.cpu=machine makes them those of the machine.",
    )
    add_filter(made)
    made.add_argument("--sort", choices=sorted(SORTS), default="cpu", help="order; cpu")
    made.add_argument(
        "--columns",
        type=_columns,
        default=USUAL,
        metavar="LIST",
        help=f"which, joined by commas; +LIST adds to the usual ones; any of {', '.join(COLUMN_OF)}",
    )
    made.add_argument(
        "--json", action="store_true", help="one JSON array, raw values: seconds, bytes, shares, null for unknown"
    )
    add_set(made)
    return made


def _columns(text: str) -> tuple[str, ...]:
    named = [name.strip() for name in text.removeprefix("+").split(",") if name.strip()]
    for name in named:
        if name not in COLUMN_OF:
            raise ArgumentTypeError(f"there is no column {name}; there are {', '.join(COLUMN_OF)}")
    return tuple(dict.fromkeys((*USUAL, *named) if text.startswith("+") else named))


def run(args: Namespace) -> int:
    columns = [COLUMN_OF[key] for key in args.columns]
    sorted_by = COLUMN_OF.get(args.sort)
    asked = [*columns, *([sorted_by] if sorted_by is not None else [])]
    demand = frozenset(column.demand for column in asked if column.demand is not None)
    found = sorted(find(args, demand=demand, gpu=COLUMN_OF["gpu"] in asked), key=SORTS[args.sort])
    if args.json:
        print(json.dumps([_document(one, columns) for one in found], ensure_ascii=False, allow_nan=False))
    else:
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 0
        for line in lines(found, units_of(load_settings(args)), width, columns):
            print(line)
    return 0 if found else 1


def lines(found: list[Found], units: Units, width: int, columns: Sequence[PsColumn]) -> Iterator[str]:
    """The text, line by line, cut at ``width`` characters; 0 cuts nothing."""
    if not found:
        yield "no process matches"
        return
    titles = (f"{c.title:>{-c.width}}" if c.number else f"{c.title:<{c.width}}" for c in columns)
    head = " ".join((*titles, " name, command"))
    for text in (head, *(_line(one, units, columns) for one in found)):
        yield text[:width] if width else text


def _line(one: Found, units: Units, columns: Sequence[PsColumn]) -> str:
    cells = " ".join(cell(column, one, units) for column in columns)
    return f"{cells}  {printable(one.row.name)}  {plain(printable(one.row.command))}".rstrip()


def _document(one: Found, columns: Sequence[PsColumn]) -> dict[str, object]:
    row, rate = one.row, one.rate
    figures: dict[str, float | str | None] = {
        "cpu": rate.cpu,
        "cpu_time": row.cpu_time,
        "memory": row.memory,
        "read_rate": rate.read,
        "write_rate": rate.write,
    }
    figures |= {c.named or c.key: c.value(one) for c in columns if c.demand is not None or c.key == "gpu"}
    known = {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in figures.items()}
    return {
        "pid": row.key.pid,
        "start": row.key.start,
        "parent": row.parent,
        "name": row.name,
        "user": row.user,
        "state": row.state,
        "nice": row.nice,
        "threads": row.threads,
        **known,
        "command": row.command,
    }
