"""How the links with other machines fare, as metrics like any other: plots, history and alerts need nothing special for them.

A link is named by its direction and the beginning of its peer's id, never by a name: what a peer is called here is not for other
peers, who may see these figures. Knows no socket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

FAMILY: Final = "links"
MOST: Final = 100
"""Links that have figures of their own; a hub with more has those of the first, and the totals of all."""
_SHORT: Final = 12
_UP: Final = frozenset({LinkState.SYNCING, LinkState.LIVE})
_RECEIVE, _TRANSMIT = "receive", "transmit"
_TOTALS: Final = tuple(series(names.LINKS, state.value) for state in LinkState)


class LinkMonitor:
    """A collector of what ``reports`` tells. Lives on the sampler's thread."""

    def __init__(self, reports: Callable[[], tuple[LinkReport, ...]]) -> None:
        self._reports = reports
        self._links: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = _TOTALS

    @property
    def family(self) -> str:
        return FAMILY

    @property
    def pace(self) -> Pace:
        return Pace()

    def read(self) -> Reading:
        reports = self._reports()
        states = Counter(report.state for report in reports)
        values = [float(states[state]) for state in LinkState]
        shown = sorted(reports, key=lambda report: report.link)[:MOST]
        links = tuple(report.link for report in shown)
        if links != self._links:
            self._links = links
            self._series = (*_TOTALS, *(one for link in links for one in _layout(link)))
        for report in shown:
            values += _figures(report)
        missing = (Missing(names.LINKS.name, f"only the first {MOST} links have figures of their own"),)
        return Reading(self._series, values, missing if len(reports) > MOST else ())

    def close(self) -> None:
        """Nothing is held."""


def _layout(link: str) -> tuple[Series, ...]:
    way, _, peer = link.partition(":")
    name = f"{way}:{peer[:_SHORT]}"
    return (
        series(names.LINK_UP, name),
        series(names.LINK_ROUND_TRIP, name),
        series(names.LINK_CLOCK_OFFSET, name),
        series(names.LINK_IO, name, _RECEIVE),
        series(names.LINK_IO, name, _TRANSMIT),
        series(names.LINK_TICKS, name, _RECEIVE),
        series(names.LINK_TICKS, name, _TRANSMIT),
        series(names.LINK_SAMPLES, name),
        series(names.LINK_FILLED, name),
        series(names.LINK_MISSING, name),
        series(names.LINK_GAPS, name),
        series(names.LINK_SKIPPED, name, _RECEIVE),
        series(names.LINK_SKIPPED, name, _TRANSMIT),
        series(names.LINK_IN_FLIGHT, name),
        series(names.LINK_CONNECTIONS, name),
    )


def _figures(report: LinkReport) -> tuple[float, ...]:
    counts = report.counts
    return (
        1.0 if report.state in _UP else 0.0,
        report.round_trip,
        report.clock_offset,
        float(counts.bytes_in),
        float(counts.bytes_out),
        float(counts.ticks_in),
        float(counts.ticks_out),
        float(counts.samples_in),
        float(counts.filled),
        float(report.missing),
        float(counts.gaps),
        float(counts.skipped_in),
        float(counts.skipped_out),
        float(report.in_flight),
        float(counts.connections),
    )
