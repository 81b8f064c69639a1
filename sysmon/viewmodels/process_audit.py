"""The audit log and the list of what started and ended, as rows of text. Knows no pixels and no file."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from sysmon.model.life import Life
from sysmon.model.printable import printable
from sysmon.pipeline.process_lives import Forker
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.process_tabs import TabColumn, TabView


class Entry(Protocol):
    """One line of the audit log."""

    @property
    def time(self) -> float: ...
    @property
    def who(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def pid(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def reason(self) -> str: ...


AUDIT: Final = (
    TabColumn("When", 0.2),
    TabColumn("Who", 0.1),
    TabColumn("Action", 0.18),
    TabColumn("Process", 0.2),
    TabColumn("Result", 0.12),
    TabColumn("Reason", 0.2),
)
LIVES: Final = (
    TabColumn("Name", 0.2),
    TabColumn("PID", 0.11, number=True),
    TabColumn("Started by", 0.22),
    TabColumn("Started", 0.13, number=True),
    TabColumn("Ended", 0.13, number=True),
    TabColumn("Lived", 0.1, number=True),
    TabColumn("Exit", 0.11),
)
FORKERS: Final = (TabColumn("Keeps starting processes", 0.6), TabColumn("In the last minute", 0.4, number=True))


def audit_view(entries: Iterable[Entry]) -> TabView:
    """The log, newest first."""
    rows = tuple(
        (
            fmt.exact(entry.time),
            printable(entry.who),
            printable(entry.action),
            f"{printable(entry.name)} ({entry.pid})",
            printable(entry.result),
            printable(entry.reason),
        )
        for entry in entries
    )
    return TabView(AUDIT, rows, "" if rows else "Nothing was done to any process yet.")


def lives_view(lives: Sequence[Life]) -> TabView:
    """What started and ended, newest first."""
    rows = tuple(
        (
            printable(life.name) or "unknown",
            str(life.pid),
            f"{printable(life.parent_name)} ({life.parent})" if life.parent else "unknown",
            fmt.clock(life.began) if life.began is not None else "before",
            fmt.clock(life.ended) if life.ended is not None else "",
            _lived(life),
            _end(life),
        )
        for life in lives
    )
    return TabView(LIVES, rows, "" if rows else "Nothing started or ended since this was opened.")


def forkers_view(forkers: Sequence[Forker]) -> TabView:
    """Who started the most processes."""
    rows = tuple(
        (f"{printable(found.name) or 'unknown'} ({found.pid})", fmt.count(found.children)) for found in forkers
    )
    return TabView(FORKERS, rows)


def _lived(life: Life) -> str:
    seconds = life.lifetime
    if seconds is None:
        return ""
    return fmt.latency(seconds) if seconds < 10.0 else fmt.duration(seconds)


def _end(life: Life) -> str:
    if life.ended is None:
        return "lives"
    if life.signal is not None:
        return _signal_name(life.signal)
    return "not told" if life.exit_code is None else str(life.exit_code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
