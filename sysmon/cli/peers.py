"""``sysmon peers``: the machines that were paired with this one, how the links to them are, and what each may see."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from sysmon.cli.arguments import load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.fleet_calls import ask_once
from sysmon.model.errors import SysmonError
from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.runtime.console import Allow, Known, Peers, named
from sysmon.runtime.fleet_audit import FleetAudit
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths, find_paths

RIGHTS = ("metrics", "processes", "commands", "history", "actions")


def parser() -> ArgumentParser:
    made = command_parser(
        "peers",
        "List the machines that were paired with this one: what they may see, whether they are connected, and if not, why.\n"
        "With NAME and --allow or --deny: change what that machine may see, from now on.\n\n"
        "Rights: metrics (figures, devices, events), processes (names, figures; no command lines), commands (command\n"
        "lines, open files, search), history (what was before it connected), actions (end, stop, limit and reprioritise\n"
        "processes, read the audit log, see addresses; with commands also environments of processes).",
        "Examples:\n"
        "  sysmon peers\n"
        "  sysmon peers --json | jq '.[].name'\n"
        "  sysmon peers --allow commands --deny history laptop\n"
        "  sysmon peers --audit                  who was let in, refused, revoked\n\n"
        "`sysmon revoke NAME` forgets one.",
    )
    made.add_argument("name", nargs="?", help="the machine's name, its id, or the first six characters of that")
    made.add_argument("--allow", action="append", default=[], choices=RIGHTS, help="let it see or do this, too")
    made.add_argument("--deny", action="append", default=[], choices=RIGHTS, help="no longer let it see or do this")
    made.add_argument("--audit", action="store_true", help="print the list of pairings, refusals and changes instead")
    made.add_argument("--json", action="store_true", help="one JSON array")
    return made


def run(args: Namespace) -> int:
    paths = find_paths()
    if args.audit:
        return _audit(paths)
    values = load_settings(args, paths)
    known = ask_once(values, paths, Peers(), list[Known])
    if args.allow or args.deny:
        return _change(values, paths, known, args)
    if args.name is not None:
        peer = named(tuple(one.peer for one in known), args.name)
        known = [one for one in known if one.peer.id == peer.id]
    if args.json:
        print(json.dumps([_document(one) for one in known], ensure_ascii=False))
    else:
        for line in lines(known):
            print(line)
    return 0


def _audit(paths: Paths) -> int:
    try:
        told = FleetAudit(paths.state).newest()
    except OSError as error:
        raise SysmonError(f"the list cannot be read: {error.strerror or error}") from error
    for line in told or ("Nobody was let in, refused or revoked yet.",):
        print(line)
    return 0


def _change(values: Values, paths: Paths, known: list[Known], args: Namespace) -> int:
    if args.name is None:
        raise SysmonError("whose rights? Name the machine: sysmon peers --allow RIGHT NAME")
    peer = named(tuple(one.peer for one in known), args.name)
    changed = ask_once(values, paths, Allow(peer.id, changed_rights(peer.rights, args.allow, args.deny)), Peer)
    print(f"{printable(changed.name)} may see: {_rights(changed.rights)}.")
    return 0


def changed_rights(rights: Rights, allow: Sequence[str], deny: Sequence[str]) -> Rights:
    """``rights`` with some more and some less. Raises SysmonError where one is both."""
    both = set(allow) & set(deny)
    if both:
        raise SysmonError(f"{', '.join(sorted(both))} cannot be allowed and denied at once")
    return replace(rights, **dict.fromkeys(allow, True), **dict.fromkeys(deny, False))


def lines(known: list[Known]) -> Iterator[str]:
    """The table, or the sentence that there is none."""
    if not known:
        yield "No machine was paired with this one yet. `sysmon pair` lets one in, `sysmon pair LINK` goes to one."
        return
    yield f"{'name':<20} {'id':<8} {'state':<12} {'it may see':<34} address"
    for one in known:
        peer = one.peer
        state = one.state.value if one.state is not None else "–"
        address = one.address or next(iter(peer.addresses), "comes to us")
        yield (
            f"{printable(peer.name)[:20]:<20} {peer.id[:8]:<8} {state:<12} {_rights(peer.rights):<34} {printable(address)}"
        )
        if one.text:
            yield f"{'':<20} {printable(one.text)}"


def _rights(rights: Rights) -> str:
    return ", ".join(word for word in RIGHTS if getattr(rights, word)) or "nothing"


def _document(one: Known) -> dict[str, object]:
    peer = one.peer
    return {
        "id": peer.id,
        "name": peer.name,
        "addresses": list(peer.addresses),
        "rights": msgspec.to_builtins(peer.rights),
        "watched": peer.watched,
        "tags": list(peer.tags),
        "hub": peer.hub,
        "added": peer.added,
        "state": one.state.value if one.state is not None else None,
        "reason": one.text or None,
        "round_trip": one.round_trip,
        "watching": one.watching,
    }
