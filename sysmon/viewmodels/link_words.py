"""How it is with a link, in a dot, a word and a sentence. Knows no pixels and no clock."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport
from sysmon.viewmodels import format as fmt

OFFLINE_AFTER: Final = 600.0
"""Seconds without a connection after which a machine is not retried but off, in words and colours."""

SHORT: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.DISABLED_HERE: "switched off",
        Reason.NOT_WANTED: "not wanted now",
        Reason.STOPPING_HERE: "this program is ending",
        Reason.ASLEEP: "this machine slept",
        Reason.NO_NETWORK: "no network here",
        Reason.NAME_UNKNOWN: "no address for its name",
        Reason.UNREACHABLE: "not reachable",
        Reason.NOBODY_LISTENS: "not shared there",
        Reason.CONNECT_TIMEOUT: "no answer",
        Reason.CUT: "connection broke",
        Reason.SSH_FAILED: "ssh could not log in",
        Reason.SSH_NO_PROGRAM: "sysmon is missing",
        Reason.TLS_FAILED: "no secure connection",
        Reason.WRONG_PIN: "its key has changed",
        Reason.NOT_PAIRED: "pair the two again",
        Reason.REVOKED: "access was revoked",
        Reason.CODE_WRONG: "wrong code",
        Reason.CODE_EXPIRED: "code has expired",
        Reason.PAIRING_CLOSED: "it is not pairing",
        Reason.MAN_IN_THE_MIDDLE: "somebody in between",
        Reason.ADDRESS_REFUSED: "address refused",
        Reason.GREETING_TIMEOUT: "it said nothing",
        Reason.NOT_SYSMON: "that is not sysmon",
        Reason.VERSION: "versions do not fit",
        Reason.SELF: "that is this machine",
        Reason.LOOP: "it is fed from here",
        Reason.DUPLICATE: "name is taken twice",
        Reason.SILENT: "it fell silent",
        Reason.BAD_FRAME: "unreadable data",
        Reason.TOO_LARGE: "it sent too much at once",
        Reason.TOO_MANY_SERIES: "it has too many series",
        Reason.BAD_CATALOG: "wrong list of series",
        Reason.BAD_TICK: "its values do not fit",
        Reason.BAD_BLOCK: "its history is damaged",
        Reason.OUT_OF_TURN: "it spoke out of turn",
        Reason.TOO_FAST: "it sends too often",
        Reason.BUSY: "it has too many visitors",
        Reason.RATE_LIMITED: "it asks for fewer tries",
        Reason.DRAINING: "it was shut down",
        Reason.MOVED: "sent to another hub",
        Reason.TOO_SLOW: "the link took nothing",
        Reason.NOT_ALLOWED: "right is not given",
        Reason.FAULT_HERE: "a fault of this program",
        Reason.NO_KEY: "key file unreadable",
        Reason.NO_DESCRIPTORS: "no connections left here",
        Reason.UNKNOWN: "unknown reason",
    }
)
"""Reasons in a few words, for a column; `Reason.sentence` says them in full."""

_ON_THE_WAY: Mapping[LinkState, str] = MappingProxyType(
    {
        LinkState.RESOLVING: "Looking up its address",
        LinkState.CONNECTING: "Connecting",
        LinkState.SECURING: "Securing the connection",
        LinkState.GREETING: "Greeting",
        LinkState.SYNCING: "Getting its list of series",
        LinkState.CLOSING: "Closing",
    }
)


class Standing(enum.Enum):
    """What a link amounts to for a person. The value is the word; the order is from well to bad."""

    LIVE = "live"
    SLOW = "slow"
    RETRYING = "retrying"
    OFFLINE = "offline"
    OFF = "switched off"
    NEEDS_YOU = "needs you"


_TOKENS: Mapping[Standing, tuple[str, str]] = MappingProxyType(
    {
        Standing.LIVE: ("ok", "secondary"),
        Standing.SLOW: ("warning", "warning"),
        Standing.RETRYING: ("warning", "warning"),
        Standing.OFFLINE: ("offline", "tertiary"),
        Standing.OFF: ("offline", "tertiary"),
        Standing.NEEDS_YOU: ("critical", "critical"),
    }
)


@dataclass(frozen=True, slots=True)
class LinkWords:
    """``token`` colours the dot, ``tone`` the sentence."""

    standing: Standing
    sentence: str

    @property
    def token(self) -> str:
        return _TOKENS[self.standing][0]

    @property
    def tone(self) -> str:
        return _TOKENS[self.standing][1]


def words(report: LinkReport, down_since: float, now: float) -> LinkWords:
    """How it is with ``report`` at ``now``; ``down_since``: when it was last live, NaN where that is not known."""
    state = report.state
    if state is LinkState.LIVE:
        return _live(report)
    if state is LinkState.STALE:
        return LinkWords(Standing.RETRYING, f"No data for {fmt.age(now - report.since)}")
    if state is LinkState.REFUSED:
        why = SHORT[report.reason] if report.reason is not None else "refused"
        return LinkWords(Standing.NEEDS_YOU, f"Needs you: {why}")
    if state is LinkState.DISABLED:
        why = SHORT[report.reason] if report.reason is not None else SHORT[Reason.DISABLED_HERE]
        return LinkWords(Standing.OFF, capital(why))
    down = now - down_since
    if down >= OFFLINE_AFTER:
        why = f": {SHORT[report.reason]}" if report.reason is not None else ""
        return LinkWords(Standing.OFFLINE, f"Offline{why}, {fmt.age(down)}")
    if state is LinkState.BACKOFF:
        return LinkWords(Standing.RETRYING, f"{retry_words(report.next_try, now)}, attempt {report.tries}")
    return LinkWords(Standing.RETRYING, _ON_THE_WAY[state])


def _live(report: LinkReport) -> LinkWords:
    if report.slowed > 0.0:
        waiting = f", {fmt.scaled(report.in_flight, 'B')} waiting" if report.in_flight else ""
        return LinkWords(Standing.SLOW, f"Slow, {round(1.0 / report.slowed, 2):g}{fmt.SPACE}Hz{waiting}")
    return LinkWords(Standing.LIVE, "Live, filling a gap" if report.missing else "Live")


def retry_words(next_try: float, now: float) -> str:
    """ "Retry in 4 s", "Trying now": whole seconds, so that a screen has something new once a second."""
    left = math.ceil(next_try - now) if math.isfinite(next_try) else 0
    return f"Retry in {fmt.duration(left)}" if left > 0 else "Trying now"


def counts_down(report: LinkReport) -> bool:
    """Whether its sentence changes with every second that passes."""
    return report.state in (LinkState.BACKOFF, LinkState.STALE)


def reason_words(reason: Reason, peer: str) -> str:
    """The sentence of ``reason`` with its number: "The connection to mira broke (15)"."""
    return f"{reason.sentence(peer).rstrip('.')} ({reason.number})"


def capital(text: str) -> str:
    """``text`` with a capital letter."""
    return text[:1].upper() + text[1:]
