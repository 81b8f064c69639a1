"""``sysmon revoke``: forget a machine, so that neither sees the other any more."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from sysmon.cli.arguments import load_settings
from sysmon.cli.asking import confirmed
from sysmon.cli.commands import command_parser
from sysmon.cli.fleet_calls import ask_once
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.runtime.console import Revoke
from sysmon.runtime.paths import find_paths


def parser() -> ArgumentParser:
    made = command_parser(
        "revoke",
        "Forget a machine that was paired: its connections end at once, and it is refused from now on.\n"
        "To see each other again the two must be paired again.",
        "Examples:\n  sysmon revoke laptop\n  sysmon revoke --yes 4f6kq2aa\n\n`sysmon peers` lists names and ids.",
    )
    made.add_argument("name", help="the machine's name, its id, or the first six characters of that")
    made.add_argument("--yes", action="store_true", help="do not ask first")
    return made


def run(args: Namespace) -> int:
    if not args.yes and not confirmed(f"Forget {printable(args.name)} and end its connections?"):
        print("nothing was changed")
        return 1
    paths = find_paths()
    peer = ask_once(load_settings(args, paths), paths, Revoke(args.name), Peer)
    print(f"{printable(peer.name)} was forgotten and is refused from now on.")
    return 0
