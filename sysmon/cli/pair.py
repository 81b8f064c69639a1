"""``sysmon pair``: let another machine in, or go to one that lets us in."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path

from sysmon.cli import enrolment_file
from sysmon.cli.arguments import load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.fleet_calls import Asker, asking
from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Enrolment, Invitation, Peer, Sharing
from sysmon.model.printable import printable
from sysmon.runtime.console import Enrol, Invite, Join, Known, Peers, Share, Uninvite, Withdraw
from sysmon.runtime.paths import find_paths

_LOOK = 0.5
"""Seconds between two looks whether somebody came."""
NOBODY_CAME = 1
_DAY = 86_400.0
MOST_DAYS = 90


def parser() -> ArgumentParser:
    made = command_parser(
        "pair",
        "Pair this machine with another, so that the two can watch each other. Without WHERE it shows a code and a link\n"
        "for the other machine, and waits; with WHERE it goes to a machine that shows one. For many machines, --enrol writes\n"
        "a file with which each of them goes.",
        "Examples:\n"
        "  sysmon pair                                    show a code (good for two minutes) and a link (ten minutes)\n"
        "  sysmon pair granite-lantern-otter              the machine is found on the network\n"
        "  sysmon pair atlas:4870 granite-lantern-otter   it is not\n"
        "  sysmon pair 'sysmon://atlas:4870/#…'           a link needs no code\n"
        "  sysmon pair ssh://me@atlas                     through ssh; sysmon must be installed there\n"
        "  sysmon pair --enrol farm.enrol --uses 20       on a hub: a file with which 20 machines may join\n"
        "  sysmon pair ./farm.enrol                       on each of them\n\n"
        "Both machines keep each other's key. Traffic is encrypted; nothing is sent before pairing.",
    )
    made.add_argument("where", nargs="?", help="a code, a link, HOST:PORT, ssh://USER@HOST or an enrolment file")
    made.add_argument("code", nargs="?", default="", help="the three words, after HOST:PORT")
    made.add_argument("--qr", action="store_true", help="show the link as a QR code, too")
    made.add_argument(
        "--publish",
        action="store_true",
        help="let the machine at WHERE watch this one although this one is not shared, as an agent does that dials a hub; "
        "an enrolment file means it anyway",
    )
    made.add_argument("--enrol", metavar="FILE", help="write a file with which several machines may join this one")
    made.add_argument("--uses", type=int, default=10, metavar="N", help="how many, with --enrol; 10")
    made.add_argument("--days", type=_days, default=7.0, metavar="D", help="for how long, with --enrol; 7, at most 90")
    made.add_argument("--withdraw", action="store_true", help="no enrolment file of this machine is valid any more")
    return made


def _days(text: str) -> float:
    """A number of days. Raises ArgumentTypeError for what is none."""
    try:
        days = float(text)
    except ValueError:
        days = math.nan
    if not 0 < days <= MOST_DAYS:
        raise ArgumentTypeError(f"must be a number above 0 and at most {MOST_DAYS}")
    return days


def run(args: Namespace) -> int:
    try:
        return asyncio.run(_run(args))
    finally:
        sys.stdout.flush()


async def _run(args: Namespace) -> int:
    paths = find_paths()
    settings = load_settings(args, paths)
    where: str | None = args.where
    if where is not None and (args.enrol is not None or args.withdraw):
        raise ConfigError("--enrol and --withdraw are for this machine, and take no WHERE.")
    if args.enrol is not None:
        enrolment_file.free(Path(args.enrol))
    file = enrolment_file.meant_file(where) if where is not None and not args.code else None
    if file is not None:
        where = enrolment_file.read(file)
    async with asking(settings, paths, share=where is None and not args.withdraw) as asker:
        if args.withdraw:
            print(f"{await asker.ask(Withdraw(), int)} enrolment files are void from now on.")
            return 0
        if args.enrol is not None:
            return await _enrol(asker, Path(args.enrol), args.uses, args.days * _DAY)
        if where is not None:
            try:
                peer = await asker.ask(Join(where, args.code, args.publish or file is not None), Peer)
            except AuthRefused as error:
                if file is not None and error.reason in (Reason.PAIRING_CLOSED, Reason.CODE_EXPIRED):
                    print("sysmon: the enrolment file may be used up, too old or withdrawn", file=sys.stderr)
                raise
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


async def _enrol(asker: Asker, path: Path, uses: int, life: float) -> int:
    made = await asker.ask(Enrol(uses, life), Enrolment)
    enrolment_file.write(path, made)
    print(
        f"{printable(str(path))} lets {uses} machines join. Bring it to each of them by a way that nobody else reads, and run"
    )
    print(f"    sysmon pair {printable(str(path))}")
    print("`sysmon pair --withdraw` ends it.")
    sharing = await asker.ask(Share(), Sharing)
    hint = list(only_here(sharing))
    for line in hint:
        print(line)
    if hint:
        print("Make another file then: this one names only an address that nobody else reaches.")
    if asker.here:
        print("No sysmon runs here now: start `sysmon hub` or `sysmon agent --share`, else nobody answers them.")
    return 0


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
    yield from only_here(sharing)


def only_here(sharing: Sharing) -> Iterator[str]:
    """How to let others in where only programs on this machine can connect."""
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
