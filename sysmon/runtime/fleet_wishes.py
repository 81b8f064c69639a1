"""What this program asks of each peer, made of what its pages, recorders and alerts want here.

All figures of every watched machine each second, as the store keeps them; process tables only of machines that
somebody looks at; a fifth as often while nobody looks at all, and nothing where nothing is ever shown. Knows no link: it answers with wishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sysmon.pipeline.demand import EVERY_HOST, PROCESSES, Demand
from sysmon.protocol.messages import Wish

CALM: Final = 5.0
"""Seconds between ticks while no window shows anything."""


def wishes(demand: Demand, hosts: Iterable[str], interval: float, *, calm: bool, watched: bool) -> dict[str, Wish]:
    """The wishes for one peer, by host; ``hosts`` are those that come through it.

    ``interval``: seconds between ticks that this program wants at most. None at all of a peer that is not watched.
    """
    if not watched:
        return {}
    pace = max(interval, CALM) if calm else interval
    found = {EVERY_HOST: Wish(EVERY_HOST, pace)}
    for host in hosts:
        table = demand.interval(host, PROCESSES)
        if table is not None:
            found[host] = Wish(host, pace, processes=max(table, pace))
    return found
