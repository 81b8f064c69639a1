"""``sysmon pair``: let another machine in, or go to one that lets us in."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from sysmon.cli.arguments import load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.fleet_calls import Asker, asking
from sysmon.model.peer import Invitation, Peer, Sharing
from sysmon.model.printable import printable
from sysmon.runtime.console import Invite, Join, Known, Peers, Share, Uninvite
from sysmon.runtime.paths import find_paths

_LOOK = 0.5
"""Seconds between two looks whether somebody came."""
NOBODY_CAME = 1


def parser() -> ArgumentParser:
    made = command_parser(
        "pair",
        "Pair this machine with another, so that the two can watch each other. Without WHERE it shows a code and a link\n"
        "for the other machine, and waits; with WHERE it goes to a machine that shows one.",
        "Examples:\n"
        "  sysmon pair                                    show a code (good for two minutes) and a link (ten minutes)\n"
        "  sysmon pair granite-lantern-otter              the machine is found on the network\n"
        "  sysmon pair atlas:4870 granite-lantern-otter   it is not\n"
        "  sysmon pair 'sysmon://atlas:4870/#…'           a link needs no code\n"
        "  sysmon pair ssh://me@atlas                     through ssh; sysmon must be installed there\n\n"
        "Both machines keep each other's key. Traffic is encrypted; nothing is sent before pairing.",
    )
    made.add_argument("where", nargs="?", help="a code, a link, HOST:PORT or ssh://USER@HOST")
    made.add_argument("code", nargs="?", default="", help="the three words, after HOST:PORT")
    made.add_argument("--qr", action="store_true", help="show the link as a QR code, too")
    return made


def run(args: Namespace) -> int:
    try:
        return asyncio.run(_run(args))
    finally:
        sys.stdout.flush()


async def _run(args: Namespace) -> int:
    paths = find_paths()
    settings = load_settings(args, paths)
    async with asking(settings, paths, share=args.where is None) as asker:
        if args.where is not None:
            peer = await asker.ask(Join(args.where, args.code), Peer)
            print(paired(peer))
            return 0
        return await _let_in(asker, qr=args.qr)


async def _let_in(asker: Asker, *, qr: bool) -> int:
    before = {one.peer.id for one in await asker.ask(Peers(), list[Known])}
    invitation = await asker.ask(Invite(), Invitation)
    sharing = await asker.ask(Share(), Sharing)
    try:
        for line in invited(invitation, sharing, qr=qr):
            print(line, flush=True)
        while True:
            await asyncio.sleep(_LOOK)
            fresh = [one.peer for one in await asker.ask(Peers(), list[Known]) if one.peer.id not in before]
            sharing = await asker.ask(Share(), Sharing)
            if fresh or sharing.invitation is None:
                break
            _count_down(sharing.invitation)
    finally:
        _clear()
        await asker.ask(Uninvite(), Sharing)
    for peer in fresh:
        print(paired(peer))
    if asker.here and fresh:
        print("No sysmon runs here now: start `sysmon` or `sysmon agent --share`, else there is nothing to see.")
    if not fresh:
        print("sysmon: nobody came, or the code was wrong three times; run `sysmon pair` again", file=sys.stderr)
    return 0 if fresh else NOBODY_CAME


def invited(invitation: Invitation, sharing: Sharing, *, qr: bool) -> Iterator[str]:
    """What to do on the other machine."""
    yield "On the other machine: Add machine, and type"
    yield ""
    yield f"    {invitation.code}"
    yield ""
    yield "or run there"
    yield ""
    yield f"    sysmon pair '{invitation.link}'"
    yield ""
    if qr:
        from sysmon.cli.qr_text import qr_text
        from sysmon.viewmodels.qr_code import qr_code

        yield from qr_text(qr_code(invitation.link))
    if sharing.addresses and all(_is_loopback(address) for address in sharing.addresses):
        yield "Only programs on this machine can connect so far. To let others in:"
        yield "    sysmon config set sharing.addresses 0.0.0.0,::"
        yield ""


def _is_loopback(address: str) -> bool:
    return address.startswith(("127.", "[::1]", "localhost"))


def paired(peer: Peer) -> str:
    """The good news."""
    return f"Paired with {printable(peer.name)} ({peer.id[:8]})."


def _count_down(invitation: Invitation) -> None:
    if sys.stderr.isatty():
        now = time.time()
        code, link = max(0, round(invitation.code_until - now)), max(0, round(invitation.link_until - now))
        word = f"the code is good for {code} s more" if code else "the code has expired"
        print(f"\r{word}, the link for {link} s. Ctrl+C ends it.\x1b[K", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
