"""``sysmon kill``: end the processes that a filter finds, after saying which."""

from __future__ import annotations

import getpass
import shlex
import sys
import time
from argparse import ArgumentParser, Namespace

from sysmon.cli.asking import confirmed
from sysmon.cli.commands import command_parser
from sysmon.cli.filtering import add_filter, find
from sysmon.control import actions
from sysmon.control.guards import guard
from sysmon.control.rights import act_words, rights_refusal
from sysmon.model.action import Outcome, SendSignal, Target, Trouble
from sysmon.model.printable import printable
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.paths import find_paths
from sysmon.runtime.program import own_command

NOTHING_MATCHED = 1
NOT_ALL_DONE = 1


def parser() -> ArgumentParser:
    made = command_parser(
        "kill",
        "Send a signal to every process that a filter finds. Says exactly which ones and asks first.",
        "Examples:\n"
        "  sysmon kill --dry-run name=firefox      only say what would be hit\n"
        "  sysmon kill 'user:me and name:/^ruby/'\n"
        "  sysmon kill --yes --signal SIGKILL pid:4711\n\n"
        "The system's first process, the kernel's threads, the program that draws your session and sysmon\n"
        "itself are never hit. Everything done or refused is written to the audit log.\n"
        "Exit code 1 where nothing matches or not all was done.",
    )
    add_filter(made, required=True)
    made.add_argument("--dry-run", action="store_true", help="only say what would be hit")
    made.add_argument("--yes", action="store_true", help="do not ask")
    made.add_argument("--signal", default="SIGTERM", choices=sorted(actions.SIGNALS), metavar="SIGNAL", help="SIGTERM")
    return made


def run(args: Namespace) -> int:
    targets = [Target(found.row.key, found.row.name, found.row.kernel) for found in find(args, rates=False)]
    free = [target for target in targets if guard(target) is None]
    for target in targets:
        refusal = guard(target)
        note = f"   left alone: {refusal}" if refusal is not None else ""
        print(f"{target.key.pid:>7}  {printable(target.name)}{note}")
    if not free:
        print("sysmon: no process matches" if not targets else "sysmon: nothing may be hit", file=sys.stderr)
        return NOTHING_MATCHED
    what = f"{args.signal} to {len(free)} process{'' if len(free) == 1 else 'es'}"
    if args.dry_run:
        print(f"would send {what}")
        return 0
    if not args.yes and not confirmed(f"send {what}?", "add --yes to do it, or --dry-run to see what would be hit"):
        print("nothing was done")
        return NOT_ALL_DONE
    return _report([actions.send_signal(target, args.signal) for target in free], args.signal)


def _report(outcomes: list[Outcome], signal: str) -> int:
    log = AuditLog(find_paths().state)
    now, who = time.time(), getpass.getuser()
    for outcome in outcomes:
        try:
            log.record(now, who, outcome)
        except OSError as error:
            print(f"sysmon: the audit log {log.path} cannot be written: {error.strerror}", file=sys.stderr)
        if not outcome.done:
            print(f"sysmon: {printable(outcome.reason)}", file=sys.stderr)
    _offer_rights([one.target for one in outcomes if one.trouble is Trouble.NOT_PERMITTED], signal)
    done = sum(outcome.done for outcome in outcomes)
    print(f"{done} of {len(outcomes)} done")
    return 0 if done == len(outcomes) else NOT_ALL_DONE


def _offer_rights(refused: list[Target], signal: str) -> None:
    """Say how the same can be done with administrator rights, where the system has a way to ask for them."""
    if refused and not rights_refusal():
        words = ["pkexec", *own_command(), *act_words(refused, SendSignal(signal))]
        print(f"sysmon: with administrator rights:  {shlex.join(words)}", file=sys.stderr)
