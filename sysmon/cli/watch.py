"""``sysmon watch``: live figures of a machine in the terminal, or a line for each interval where the output is piped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Generator

from sysmon.cli.arguments import add_option, add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.figures import units_of
from sysmon.cli.keys import single_keys
from sysmon.cli.snapshot import busiest
from sysmon.cli.watch_figures import Now, line, now
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessTable
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES
from sysmon.pipeline.process_rates import ProcessRates, RateTable
from sysmon.pipeline.query import Query
from sysmon.runtime.assembly import assemble
from sysmon.runtime.end_signals import end_signals
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings
from sysmon.viewmodels.format import Units

QUIT = "qQ\x1b"
SHOWN = 200
"""No terminal shows more processes than this."""


def parser() -> ArgumentParser:
    made = command_parser(
        "watch",
        "Show live figures of this machine, or of a paired one, in the terminal until q or Ctrl+C.\n"
        "Where the output is no terminal, print one line an interval.",
        "Examples:\n"
        "  sysmon watch --interval 0.5\n"
        "  sysmon watch --count 60 > minute.txt\n"
        "  sysmon watch atlas                   a paired machine; `sysmon peers` lists them",
    )
    made.add_argument("host", nargs="?", help="name or id of a paired machine; this one")
    add_option(made, "sampling.interval")
    made.add_argument("--count", type=_count, metavar="N", help="end after N intervals")
    made.add_argument("--plain", action="store_true", help="lines, also in a terminal")
    add_set(made)
    return made


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def run(args: Namespace) -> int:
    settings = load_settings(args)
    live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not args.plain
    number = asyncio.run(
        _watch(settings, live, args.count) if args.host is None else _watch_far(settings, live, args.count, args.host)
    )
    return 128 + number if number else 0


class Feed:
    """Takes what is published and answers the figures of now."""

    def __init__(self, query: Query, name: str) -> None:
        """``name`` is what the screen calls the machine."""
        self._query = query
        self.name = name
        self._process_rates = ProcessRates()
        self._table: ProcessTable | None = None
        self._rates: RateTable | None = None
        self.batches = 0
        self.news = asyncio.Event()
        self.ended = False
        self.signal = 0
        """The number of the signal that ended it, 0 where none did."""

    def end(self, signal: int = 0) -> None:
        """Show no more."""
        self.ended, self.signal = True, signal
        self.news.set()

    def batch(self, _: SampleBatch | None = None) -> None:
        """There are new figures."""
        self.batches += 1
        # The table of the same tick is published right after its batch, before anybody else runs.
        self.news.set()

    def processes(self, table: ProcessTable) -> None:
        """There is a new table."""
        self._rates = self._process_rates.step(table)
        self._table = table

    def now(self, most: int) -> Now:
        """The newest figures, with the ``most`` busiest processes."""
        if self._table is None or self._rates is None:
            return now(self._query, None, ())
        rates = self._rates
        rows = busiest(self._table, rates, most)
        return now(self._query, len(self._table.rows), ((row, rates.of(row)) for row in rows))


async def _watch(settings: Settings, live: bool, count: int | None) -> int:
    """Show until the user, a signal or ``count`` ends it; answers the number of the signal, or 0."""
    engine, _ = assemble(settings)
    topics = (PROCESSES, PROCESS_IO) if live else ()
    claims = [engine.demand.want(LOCAL, topic, settings.sampling_interval) for topic in topics]
    feed = Feed(engine.query, platform.node())
    engine.bus.subscribe(SampleBatch, feed.batch)
    engine.bus.subscribe(ProcessTable, feed.processes)
    with end_signals(feed.end):
        try:
            await engine.start()
            await _show(feed, units_of(settings), live, count)
        finally:
            await engine.stop()
            for claim in claims:
                claim.release()
    return feed.signal


async def _watch_far(settings: Settings, live: bool, count: int | None, host: str) -> int:
    """`_watch`, of another machine. Raises SysmonError where there is none of that name, or its figures cannot be had."""
    from sysmon.cli.far_watch import following

    async with following(settings, find_paths(), host, processes=live) as far:
        feed = Feed(far.query, host)
        with end_signals(feed.end):
            await far.follow(feed, settings.sampling_interval, _show(feed, units_of(settings), live, count))
    return feed.signal


async def _show(feed: Feed, units: Units, live: bool, count: int | None) -> None:
    if live:
        await _on_screen(feed, units, count)
    else:
        await _in_lines(feed, units, count)


async def _in_lines(feed: Feed, units: Units, count: int | None) -> None:
    printed = 0
    while count is None or printed < count:
        await feed.news.wait()
        feed.news.clear()
        if feed.ended:
            return
        if feed.batches < 2:
            continue  # the first has no rates yet
        print(line(feed.now(0), units), flush=True)
        printed += 1


async def _on_screen(feed: Feed, units: Units, count: int | None) -> None:
    from rich.console import Console
    from rich.live import Live

    from sysmon.cli.watch_screen import screen

    console = Console(highlight=False)
    with (
        single_keys(lambda key: feed.end() if key in QUIT else None),
        _on_resize(feed.news.set),
        Live(console=console, screen=True, auto_refresh=False, vertical_overflow="crop") as display,
    ):
        while not feed.ended and (count is None or feed.batches <= count):
            await feed.news.wait()
            feed.news.clear()
            width, height = console.size
            view = screen(feed.now(SHOWN), units, feed.name, width, height)
            display.update(view, refresh=True)


@contextlib.contextmanager
def _on_resize(tell: Callable[[], None]) -> Generator[None]:
    """Call ``tell`` on the running loop whenever the terminal changes its size; only where the system tells."""
    if not hasattr(signal, "SIGWINCH"):
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGWINCH, tell)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGWINCH)
