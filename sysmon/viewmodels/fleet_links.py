"""Why a machine is silent and what happens next, in words for its tile. Knows no pixels and no clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt

RETRY: Final = "retry"
LAST: Final = "last"
"""What a tile offers: to try again at once, and to show what came before."""


@dataclass(frozen=True, slots=True)
class Silence:
    """``words`` say what is, ``reason`` why; ``offer`` is `RETRY`, `LAST` or nothing, ``offer_text`` its words."""

    words: str
    reason: str = ""
    offer: str = ""
    offer_text: str = ""


def by_peer(links: Iterable[LinkReport]) -> dict[str, LinkReport]:
    """The link that speaks for each peer: the one that this machine dials, where there are two."""
    found: dict[str, LinkReport] = {}
    for link in links:
        if link.dialled or link.peer not in found:
            found[link.peer] = link
        for host in link.hosts:
            found.setdefault(host, link)
    return found


def silence(
    machine: Machine, link: LinkReport | None, newest: float, now: float, away: Callable[[], float] = lambda: math.nan
) -> Silence:
    """What the tile of a silent ``machine`` says at ``now``; ``newest`` is the time of its last sample, NaN where none came.

    ``away`` tells since when it is not reached, by the clock here; NaN where that is not known either.
    """
    reason = link.reason.sentence(printable(machine.name)) if link is not None and link.reason is not None else ""
    if machine.state is MachineState.RECONNECTING:
        words = _countdown(link, newest, now)
        return Silence(words, reason, RETRY if link is not None else "", "Retry now" if link is not None else "")
    words = _offline(newest, now, away)
    if link is not None and link.state is LinkState.REFUSED:
        words = f"Refused {fmt.ago(now - link.since)}"
    if newest == newest:
        return Silence(words, reason, LAST, "Show last data")
    return Silence(words, reason, RETRY if link is not None else "", "Retry now" if link is not None else "")


def _offline(newest: float, now: float, away: Callable[[], float]) -> str:
    """Since when, also where nothing ever came, or where the clock there is ahead."""
    if newest <= now:
        return f"Offline for {fmt.duration(now - newest)}"
    since = away()
    words = f"Offline for {fmt.duration(now - since)}" if since <= now else "Offline"
    if newest != newest:
        return f"{words}, nothing came yet"
    return words if since <= now else f"{words} since {fmt.clock(newest)} by its clock"


def _countdown(link: LinkReport | None, newest: float, now: float) -> str:
    if link is not None and link.state is LinkState.STALE:
        return f"Silent for {fmt.duration(now - newest)}" if now >= newest else "Silent"
    if link is None or link.state is not LinkState.BACKOFF or link.next_try != link.next_try:
        return "Connecting"
    left = max(0, math.ceil(link.next_try - now))
    tries = f" · attempt {link.tries:,}" if link.tries else ""
    return f"Reconnecting in {left}{fmt.SPACE}s{tries}"
