"""Process tables as messages and back: the difference to the table before, by (pid, start time).

Most processes idle, and a row that did not change is the same object on both sides; what changed is
mostly counters, which travel alone. Command lines travel only where the receiver may see them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.process import PROCESS_STATES, GpuUse, GpuUses, ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing
from sysmon.protocol import messages as m
from sysmon.protocol.catalog_codec import text

_NAME: Final = 256
_KNOWN_STATES: Final = frozenset(PROCESS_STATES)


def difference(channel: int, before: ProcessTable | None, table: ProcessTable, with_commands: bool) -> m.Processes:
    """``table`` as a message for somebody who has ``before``, or has nothing where that is None."""
    old: Mapping[int, ProcessRow] = before.rows if before is not None else {}
    rows: list[m.ProcessEntry] = []
    steps: list[m.ProcessStep] = []
    for pid, row in table.rows.items():
        known = old.get(pid)
        if known is row:
            continue
        if known is not None and _only_steps(known, row):
            steps.append(_step(row))
        else:
            rows.append(_entry(row, with_commands))
    gone = [pid for pid in old if pid not in table.rows]
    missing = [m.MissingEntry(text(one.subject, _NAME), text(one.reason)) for one in table.missing[:1024]]
    base = before.time if before is not None else None
    message = m.Processes(channel, table.time, base, rows, steps, gone, missing)
    if table.gpu is not None:
        message.gpu = [
            m.GpuEntry(pid, _number(use.share), _number(use.memory)) for pid, use in table.gpu.by_pid.items()
        ]
        message.gpu_only_of = text(table.gpu.only_of, _NAME)
    return message


def _only_steps(before: ProcessRow, row: ProcessRow) -> bool:
    return (
        before.key == row.key
        and before.name == row.name
        and before.parent == row.parent
        and before.user == row.user
        and before.nice == row.nice
        and before.command == row.command
        and before.kernel == row.kernel
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _step(row: ProcessRow) -> m.ProcessStep:
    return m.ProcessStep(
        row.key.pid,
        row.state,
        row.threads,
        _number(row.cpu_time),
        _number(row.memory),
        _number(row.read_bytes),
        _number(row.write_bytes),
    )


def _entry(row: ProcessRow, with_commands: bool) -> m.ProcessEntry:
    return m.ProcessEntry(
        row.key.pid,
        row.key.start,
        row.parent,
        text(row.name, _NAME),
        text(row.user, _NAME),
        row.state,
        row.nice,
        row.threads,
        _number(row.cpu_time),
        _number(row.memory),
        _number(row.read_bytes),
        _number(row.write_bytes),
        text(row.command) if with_commands else "",
        row.kernel,
    )


def apply(message: m.Processes, host: str, before: ProcessTable | None) -> ProcessTable:
    """The table of ``host`` that ``message`` makes of ``before``.

    Raises RemoteProtocolError where it is the difference to another table, or names processes that
    are not there.
    """
    if message.base is None:
        rows: dict[int, ProcessRow] = {}
    elif before is None or message.base != before.time:
        raise RemoteProtocolError("a difference to a process table that was not sent")
    else:
        rows = dict(before.rows)
    if not math.isfinite(message.time):
        raise RemoteProtocolError("a process table without a time")
    for pid in message.gone:
        if rows.pop(pid, None) is None:
            raise RemoteProtocolError(f"process {pid} is gone that was not there")
    for entry in message.rows:
        rows[entry.pid] = _row(entry)
    for step in message.steps:
        known = rows.get(step.pid)
        if known is None:
            raise RemoteProtocolError(f"process {step.pid} changed that was not there")
        rows[step.pid] = known._replace(
            state=_state(step.state),
            threads=step.threads,
            cpu_time=_float(step.cpu_time),
            memory=_float(step.memory),
            read_bytes=_float(step.read_bytes),
            write_bytes=_float(step.write_bytes),
        )
    if len(rows) > m.MAX_PROCESSES:
        raise RemoteProtocolError(f"{len(rows)} processes")
    missing = tuple(Missing(one.subject, one.reason) for one in message.missing)
    return ProcessTable(host, message.time, rows, missing, _gpu(message))


def _gpu(message: m.Processes) -> GpuUses | None:
    if message.gpu is None:
        return None
    uses = {entry.pid: GpuUse(_float(entry.share), _float(entry.memory)) for entry in message.gpu}
    return GpuUses(uses, message.gpu_only_of)


def _float(value: float | None) -> float:
    return math.nan if value is None else value


def _state(word: str) -> str:
    return word if word in _KNOWN_STATES else "unknown"


def _row(entry: m.ProcessEntry) -> ProcessRow:
    return ProcessRow(
        ProcessKey(entry.pid, entry.start),
        entry.parent,
        entry.name,
        entry.user,
        _state(entry.state),
        entry.nice,
        entry.threads,
        _float(entry.cpu_time),
        _float(entry.memory),
        _float(entry.read_bytes),
        _float(entry.write_bytes),
        entry.command,
        entry.kernel,
    )
