"""``sysmon act``: do one thing to processes that are named by PID and start time.

What the window runs through pkexec, so that more than this small program never has more rights. Nothing is believed
of what the caller says but numbers: names, on which the guards rely, are looked up here.
"""

from __future__ import annotations

import getpass
import json
import math
import os
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from sysmon.cli.commands import command_parser
from sysmon.collectors.processes import open_process_reader
from sysmon.control.deed_words import FORMS, action_of
from sysmon.control.deeds import perform
from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.errors import SysmonError
from sysmon.model.host import LOCAL
from sysmon.model.printable import printable
from sysmon.model.process import SAME_START, ProcessKey, ProcessRow
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.paths import find_paths

NOT_ALL_DONE = 1


def parser() -> ArgumentParser:
    made = command_parser(
        "act",
        "Do one thing to processes that are named exactly, by PID and start time. Asks nothing.",
        "Examples:\n"
        "  sysmon act end --exact 4711@1732640000.12\n"
        "  sysmon act nice 5 --exact 4711@1732640000.12 4712@1732640003.9\n\n"
        f"Actions: {FORMS.replace('%', '%%')}\n"
        "A process is hit only where it began at that time, in seconds since 1970; `sysmon ps --json` tells it.\n"
        "The same guards hold as for `sysmon kill`, and everything done or refused is written to the audit log.\n"
        "Exit code 1 where not all was done.",
    )
    made.add_argument("action", nargs="+", metavar="ACTION", help="what to do, such as: end; nice 5")
    made.add_argument("--exact", nargs="+", required=True, type=_exact, metavar="PID@START", help="to whom")
    made.add_argument("--json", action="store_true", help="one JSON array: what came of each, in their order")
    return made


def _exact(text: str) -> ProcessKey:
    pid, at, start = text.partition("@")
    try:
        key = ProcessKey(int(pid), float(start))
    except ValueError:
        key = ProcessKey(-1, math.nan)
    if not at or key.pid < 0 or not math.isfinite(key.start):
        raise ArgumentTypeError(f"{text!r} is no PID@START such as 4711@1732640000.12")
    return key


def run(args: Namespace) -> int:
    try:
        action = action_of(args.action)
    except ValueError as error:
        raise SysmonError(printable(str(error))) from None
    outcomes = _act(args.exact, action)
    unlogged = _record(outcomes)
    if unlogged:
        print(f"sysmon: {unlogged}", file=sys.stderr)
    if args.json:
        print(json.dumps([_document(outcome) for outcome in outcomes], allow_nan=False))
    else:
        for outcome in outcomes:
            print(f"{outcome.target.key.pid:>7}  {printable(outcome.target.name)}  {_words(outcome)}")
    return 0 if all(outcome.done for outcome in outcomes) else NOT_ALL_DONE


def _act(keys: Sequence[ProcessKey], action: Action) -> list[Outcome]:
    reader = open_process_reader()
    try:
        rows = reader.read(LOCAL, time.time(), False).rows
    finally:
        reader.close()
    return [_one(key, rows.get(key.pid), action) for key in keys]


def _one(key: ProcessKey, row: ProcessRow | None, action: Action) -> Outcome:
    if row is None or abs(row.key.start - key.start) > SAME_START:
        reason = f"process {key.pid} has ended" if row is None else f"PID {key.pid} belongs to another process by now"
        return Outcome(Target(key, ""), "act", Trouble.GONE, reason)
    return perform(Target(key, row.name, row.kernel), action)


def _record(outcomes: Sequence[Outcome]) -> str:
    log, now, who = AuditLog(find_paths().state), time.time(), _who()
    try:
        for outcome in outcomes:
            log.record(now, who, outcome)
    except OSError as error:
        return f"the audit log {log.path} cannot be written: {error.strerror}"
    return ""


def _who() -> str:
    """The user who asked: pkexec(1) tells the number of whoever was allowed to be somebody else."""
    asked = os.environ.get("PKEXEC_UID", "")
    if asked.isascii() and asked.isdigit() and sys.platform != "win32":
        from sysmon.collectors.processes_linux_entry import user_name

        return f"{user_name(int(asked))} as {getpass.getuser()}"
    return getpass.getuser()


def _document(outcome: Outcome) -> dict[str, object]:
    return {
        "pid": outcome.target.key.pid,
        "start": outcome.target.key.start,
        "name": outcome.target.name,
        "action": outcome.action,
        "trouble": outcome.trouble.value if outcome.trouble is not None else None,
        "reason": outcome.reason,
    }


def _words(outcome: Outcome) -> str:
    return "done" if outcome.done else f"not done: {printable(outcome.reason)}"
