"""How this machine is shared, in words: where, with whom, with which rights, and the code that lets one more in.

Knows no pixels and no clock.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sysmon.model.host import DeviceFacts
from sysmon.model.link import Rights
from sysmon.model.link_report import LinkReport
from sysmon.model.peer import Invitation, Peer, Sharing
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.connections import OPEN, rights_words

LOOPBACK: Final = ("127.0.0.1",)
EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104  # what the user asks for by "all networks"
_ONLY_HERE: Final = frozenset(("127.0.0.1", "::1", "localhost"))


class Where(enum.Enum):
    """On which addresses this machine is shared. The value is the choice in words.

    From few to many: arrow keys take each choice on their way, and none may let in more than the next one.
    """

    HERE = "This machine only"
    SOME = "These addresses"
    ALL = "All networks"


NOTES: Final = {
    Where.HERE: "For programs on this machine, to try it out. No other machine can connect.",
    Where.SOME: "Only networks of your choice. An address that changes has to be picked anew.",
    Where.ALL: "Every network that this machine is in, also those it joins later.",
}


def where_of(addresses: Sequence[str]) -> Where:
    """The choice that ``addresses`` are."""
    if set(addresses) <= _ONLY_HERE:
        return Where.HERE
    return Where.ALL if set(addresses) <= {*EVERYWHERE, *_ONLY_HERE} else Where.SOME


def addresses_of(where: Where, picked: Sequence[str]) -> tuple[str, ...]:
    """What to listen on for a choice. With nothing ``picked`` no other machine is let in."""
    if where is Where.ALL:
        return EVERYWHERE
    return tuple(picked) if where is Where.SOME and picked else LOOPBACK


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address of this machine that may be picked."""

    address: str
    interface: str
    """Its interface, and what kind that is."""


def address_rows(devices: DeviceFacts, picked: Sequence[str]) -> tuple[AddressRow, ...]:
    """Addresses of all interfaces but loopback; one that was ``picked`` and is gone now is listed as such."""
    rows = [
        AddressRow(address, f"{printable(interface.name)} · {interface.kind}")
        for interface in devices.interfaces
        if interface.kind != "loopback"
        for address in interface.addresses
        if not address.startswith("fe80:")
    ]
    known = {row.address for row in rows}
    gone = [address for address in picked if address not in known and address not in (*_ONLY_HERE, *EVERYWHERE)]
    return (*rows, *(AddressRow(address, "not there now") for address in gone))


def status(sharing: Sharing) -> tuple[str, str, str]:
    """The badge and its token, and a sentence about what others can do."""
    if sharing.trouble:
        return "Trouble", "critical", sharing.trouble
    if not sharing.on:
        return "Off", "offline", "No other machine can connect to this one."
    places = ", ".join(printable(address) for address in sharing.addresses) or f"port {sharing.port}"
    found = " Others on the network can find it." if sharing.announced else ""
    return f"On · port {sharing.port}", "ok", f"Paired machines can connect to {places}.{found}"


def reaches_nobody(sharing: Sharing) -> bool:
    """Whether it is shared where no other machine can connect."""
    hosts = {address.rpartition(":")[0].strip("[]") for address in sharing.addresses}
    return sharing.on and bool(hosts) and hosts <= _ONLY_HERE


# --- pairing ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeView:
    """The open invitation at one moment."""

    code: str
    """Its words apart; empty where the code has expired."""
    code_note: str
    link: str
    """Empty where it has expired."""
    link_note: str


def code_view(invitation: Invitation, now: float) -> CodeView:
    """``invitation`` at ``now``, with what is left of it."""
    code_left, link_left = invitation.code_until - now, invitation.link_until - now
    tries = fmt.counted(invitation.tries_left, "try", "tries")
    code_note = f"Good for {_left(code_left)} · {tries} left" if code_left > 0 else "This code has expired."
    link_note = f"Good for {_left(link_left)}, once" if link_left > 0 else "This link has expired."
    return CodeView(
        invitation.code if code_left > 0 else "",
        code_note,
        invitation.link if link_left > 0 else "",
        link_note,
    )


def _left(seconds: float) -> str:
    return fmt.duration(float(math.ceil(seconds)))


# --- rights -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RightText:
    """One right: the field of `Rights`, and what it means."""

    field: str
    title: str
    text: str


RIGHTS: Final = (
    RightText(
        "metrics", "Metrics", "CPU, memory, disks, network, GPU and sensors, which devices there are, and events."
    ),
    RightText("processes", "Processes", "Names, users, services and figures of processes; what started and ended."),
    RightText(
        "commands",
        "Command lines",
        "What processes run and have open: arguments, folders, files, sockets, memory; and finding processes by it. "
        "It may hold passwords and names.",
    ),
    RightText("history", "History", "What was recorded before it connected."),
    RightText(
        "actions",
        "Actions",
        "End, stop, limit and reprioritise processes here; each one is in the audit list, which it may read. Also addresses "
        "of interfaces and, with command lines, environments of processes, which often hold passwords.",
    ),
)


def with_right(rights: Rights, field: str, given: bool) -> Rights:
    """``rights`` with one of them given or taken; without processes there are neither command lines nor actions."""
    changed = replace(rights, **{field: given})
    if not changed.processes:
        changed = replace(changed, commands=False, actions=False)
    return changed


def possible(rights: Rights, field: str) -> bool:
    """Whether the right may be given beside the others."""
    return rights.processes or field not in ("commands", "actions")


@dataclass(frozen=True, slots=True)
class PeerRow:
    """A paired machine and what it may."""

    peer: str
    name: str
    now: str
    """Whether it is watching."""
    rights: Rights
    words: str


def peer_rows(peers: Sequence[Peer], links: Sequence[LinkReport], now: float) -> tuple[PeerRow, ...]:
    """All paired machines by name, those that watch now first."""
    watching = {link.peer: link for link in links if link.watching and link.state in OPEN}
    rows = [
        PeerRow(
            peer.id,
            printable(peer.name),
            f"Watching for {fmt.age(now - watching[peer.id].since)}" if peer.id in watching else "Not watching",
            peer.rights,
            rights_words(peer.rights),
        )
        for peer in peers
    ]
    return tuple(sorted(rows, key=lambda row: (row.peer not in watching, row.name.casefold())))


@dataclass(frozen=True, slots=True)
class ForgetQuestion:
    """What is asked before a machine is forgotten. ``peer`` is what a yes means."""

    peer: str
    title: str
    text: str
    button: str
    names: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    possible: bool = True


def forget_question(peer: Peer) -> ForgetQuestion:
    """Asks before ``peer`` is revoked."""
    name = printable(peer.name)
    text = (
        f"Its connections end at once, {name} cannot watch this machine any more, and this machine no longer shows"
        f" {name}. To undo that, pair the two again."
    )
    return ForgetQuestion(peer.id, f"Revoke {name}?", text, f"Revoke {name}")
