"""``sysmon peers``: the machines that were paired with this one, and how the links to them are."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

import msgspec

from sysmon.cli.arguments import load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.fleet_calls import ask_once
from sysmon.model.link import Rights
from sysmon.model.printable import printable
from sysmon.runtime.console import Known, Peers
from sysmon.runtime.paths import find_paths

_RIGHTS = ("metrics", "processes", "commands", "history", "actions")


def parser() -> ArgumentParser:
    made = command_parser(
        "peers",
        "List the machines that were paired with this one: what they may see, whether they are connected, and if not, why.",
        "Examples:\n  sysmon peers\n  sysmon peers --json | jq '.[].name'\n\n`sysmon revoke NAME` forgets one.",
    )
    made.add_argument("--json", action="store_true", help="one JSON array")
    return made


def run(args: Namespace) -> int:
    paths = find_paths()
    known = ask_once(load_settings(args, paths), paths, Peers(), list[Known])
    if args.json:
        print(json.dumps([_document(one) for one in known], ensure_ascii=False))
    else:
        for line in lines(known):
            print(line)
    return 0


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
    return ", ".join(word for word in _RIGHTS if getattr(rights, word)) or "nothing"


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
