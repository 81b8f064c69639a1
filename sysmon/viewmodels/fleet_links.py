"""Why a machine is silent and what happens next, in words for its tile. Knows no pixels and no clock."""

from __future__ import annotations

import math
from collections.abc import Iterable
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


def silence(machine: Machine, link: LinkReport | None, newest: float, now: float) -> Silence:
    """What the tile of a silent ``machine`` says at ``now``; ``newest`` is the time of its last sample, NaN where none came."""
    reason = link.reason.sentence(printable(machine.name)) if link is not None and link.reason is not None else ""
    if machine.state is MachineState.RECONNECTING:
        words = _countdown(link, newest, now)
        return Silence(words, reason, RETRY if link is not None else "", "Retry now" if link is not None else "")
    since = newest if newest == newest else link.since if link is not None else math.nan
    words = f"Offline for {fmt.duration(now - since)}" if since == since and now >= since else "Offline"
    if link is not None and link.state is LinkState.REFUSED:
        words = "Refused"
    if newest == newest:
        return Silence(words, reason, LAST, "Show last data")
    return Silence(words, reason, RETRY if link is not None else "", "Retry now" if link is not None else "")


def _countdown(link: LinkReport | None, newest: float, now: float) -> str:
    if link is not None and link.state is LinkState.STALE:
        return f"Silent for {fmt.duration(now - newest)}" if now >= newest else "Silent"
    if link is None or link.state is not LinkState.BACKOFF or link.next_try != link.next_try:
        return "Connecting"
    left = max(0, math.ceil(link.next_try - now))
    tries = f" · attempt {link.tries:,}" if link.tries else ""
    return f"Reconnecting in {left}{fmt.SPACE}s{tries}"
