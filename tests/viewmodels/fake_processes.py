"""Process rows that a test makes up."""

from __future__ import annotations

import math

from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from tests.viewmodels.fake_host import BEGIN, HOST


def row(
    pid: int,
    name: str = "worker",
    *,
    cpu: float = 0.0,
    memory: float = 1e6,
    read: float = math.nan,
    write: float = math.nan,
    state: str = "sleeping",
    user: str = "me",
    command: str = "",
    kernel: bool = False,
    threads: int = 1,
    parent: int = 1,
    start: float = 0.0,
) -> ProcessRow:
    key = ProcessKey(pid, start or BEGIN - 1000 + pid)
    return ProcessRow(
        key, parent, name, user, state, 0, threads, cpu, memory, read, write, command or f"/usr/bin/{name}", kernel
    )


def table(second: float, *rows: ProcessRow, missing: tuple[Missing, ...] = ()) -> ProcessTable:
    """The rows as seen ``second`` seconds after the beginning."""
    return ProcessTable(HOST, BEGIN + second, {each.key.pid: each for each in rows}, missing)
