"""All links at one moment: rows of the table, who watches this machine, what happened. Knows no pixels and no clock."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from sysmon.model.link import LinkState, Rights
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Peer, Sharing
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet_facts import FleetFacts
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.link_groups import LinkGroup, groups, shows_figures
from sysmon.viewmodels.link_steps import StepRow, step_rows
from sysmon.viewmodels.link_strip import StripView, down_since, strip
from sysmon.viewmodels.link_words import LinkWords, Standing, counts_down, retry_words, words
from sysmon.viewmodels.scale import round_up

TRIP_POINTS: Final = 96
"""Round trips that a row shows, newest at the right."""
_LEAST_TRIP: Final = 0.05
"""Seconds: the axis of a round trip never ends below this, so that a quick link is a flat line."""
OPEN: Final = (LinkState.SYNCING, LinkState.LIVE, LinkState.STALE)
LATE_CLOCK: Final = 1.0
"""Seconds by which a clock may be off before that is marked."""


class LinkOrder(NamedTuple):
    """What rows are sorted by; what is unknown is infinite."""

    standing: float
    round_trip: float
    clock: float
    traffic: float
    gaps: float
    drops: float
    in_flight: float


@dataclass(frozen=True, slots=True)
class LinkRow:
    """The link to one machine in the table. Figures are empty while it is not open."""

    link: str
    """`LinkGroup.key`."""
    name: str
    words: LinkWords
    strip: StripView
    trips: tuple[float, ...]
    """Shares of `trip_top`, oldest first."""
    round_trip: str
    clock: str
    clock_wrong: bool
    traffic: str
    per_sample: str
    ticks: str
    gaps: str
    """Stretches that did not come in time, since this program began."""
    drops: str
    """Ticks that one side had no room for."""
    in_flight: str
    """What was handed to the network and not taken yet."""
    fill: str
    action: str
    """What the user can do about it: "Retry now", "Review", or nothing."""
    tip: str
    order: LinkOrder


@dataclass(frozen=True, slots=True)
class WatcherRow:
    """Somebody who takes figures of this machine."""

    link: str
    name: str
    rights: str
    since: str
    sent: str
    drops: str
    """Ticks that its link had no room for."""
    in_flight: str
    tip: str


@dataclass(frozen=True, slots=True)
class ShareView:
    """How this machine is published."""

    on: bool
    title: str
    badge: str
    token: str
    note: str
    watchers: tuple[WatcherRow, ...]


@dataclass(frozen=True, slots=True)
class ConnectionsView:
    """The page."""

    summary: str
    links: tuple[LinkRow, ...]
    hubs: tuple[LinkRow, ...]
    share: ShareView
    steps: tuple[StepRow, ...]
    counts_down: bool
    """Whether a sentence changes with every second."""


class ConnectionsModel:
    """Makes the page. Remembers how much was missing when a back-fill began, to tell how far it is."""

    def __init__(self, facts: FleetFacts, units: Units) -> None:
        self._facts = facts
        self._units = units
        self._most_missing: dict[str, int] = {}

    def view(self, now: float, selected: str = "", traced: Collection[str] | None = None) -> ConnectionsView:
        """The page at ``now`` (seconds since 1970); with a ``selected`` link only its steps are listed.

        Round trips are drawn for the rows of the links in ``traced`` only, those in sight; None: for all.
        """
        facts = self._facts
        reports, steps = facts.links(), facts.steps()
        peers = {peer.id: peer for peer in facts.peers()}
        by_link: dict[str, list[LinkStep]] = defaultdict(list)
        for step in steps:
            by_link[step.link].append(step)
        every = groups(reports)
        shown = [group for group in every if shows_figures(group, peers)]
        self._forget(reports)
        hubs = {group.key for group in shown if _is_hub(peers.get(group.main.peer))}
        seen = {group.key for group in shown} if traced is None else traced
        rows = tuple(self._row(group, by_link, now, hub=group.key in hubs, traced=group.key in seen) for group in shown)
        picked = next((group.links for group in every if selected in group.links), frozenset[str]())
        return ConnectionsView(
            summary(reports, rows, self._units),
            rows,
            tuple(row for row in rows if row.link in hubs),
            share_view(facts.sharing(), reports, peers, now, self._units),
            step_rows([step for step in steps if step.link in picked] if selected else steps),
            any(counts_down(report) for report in reports),
        )

    def _row(
        self, group: LinkGroup, by_link: Mapping[str, Sequence[LinkStep]], now: float, *, hub: bool, traced: bool
    ) -> LinkRow:
        report = group.main
        histories = [(one, by_link.get(one.link, ())) for one in group.reports]
        told = words(report, down_since(histories), now)
        if hub and report.hosts:
            told = replace(told, sentence=f"{told.sentence}, {fmt.counted(len(report.hosts), 'machine', 'machines')}")
        strip_view = strip(histories, now)
        name = printable(report.name)
        is_open = report.state in OPEN
        return LinkRow(
            group.key,
            name,
            told,
            strip_view,
            self._trips(report.link) if is_open and traced else (),
            fmt.milliseconds(report.round_trip) if is_open else "",
            fmt.offset(report.clock_offset) if is_open else "",
            abs(report.clock_offset) >= LATE_CLOCK,
            self._units.network(traffic(report)) if is_open else "",
            fmt.number(report.bytes_per_sample) if is_open else "",
            fmt.per_second(report.tick_rate) if is_open else "",
            fmt.count(report.counts.gaps) if report.counts.connections else "",
            fmt.count(drops(report)) if report.counts.connections else "",
            fmt.scaled(report.in_flight, "B") if is_open else "",
            self._fill(report),
            _action(report, told),
            _tip(report, name, told, strip_view, now),
            _order(report, told),
        )

    def _trips(self, link: str) -> tuple[float, ...]:
        newest = self._facts.trips(link)[-TRIP_POINTS:]
        greatest = max((trip for _, trip in newest if math.isfinite(trip)), default=math.nan)
        top = round_up(max(greatest * 1.1, _LEAST_TRIP) * 1000.0) / 1000.0
        return tuple(round(trip / top, 3) for _, trip in newest)

    def _fill(self, report: LinkReport) -> str:
        if not report.missing:
            self._most_missing.pop(report.link, None)
            return ""
        most = max(report.missing, self._most_missing.get(report.link, 0))
        self._most_missing[report.link] = most
        interval = 1.0 / report.tick_rate if report.tick_rate > 0 else 1.0
        return f"{fmt.percent(1.0 - report.missing / most)} of {fmt.age(most * interval)}"

    def _forget(self, reports: Sequence[LinkReport]) -> None:
        known = {report.link for report in reports}
        for gone in self._most_missing.keys() - known:
            del self._most_missing[gone]


def traffic(report: LinkReport) -> float:
    """Bytes a second both ways; NaN where neither is known."""
    known = [rate for rate in (report.bytes_in_rate, report.bytes_out_rate) if rate == rate]
    return math.fsum(known) if known else math.nan


def drops(report: LinkReport) -> int:
    """Ticks that one of the two sides had no room for."""
    return report.counts.skipped_in + report.counts.skipped_out


def summary(reports: Sequence[LinkReport], rows: Sequence[LinkRow], units: Units) -> str:
    """ "4 live · 1 retrying · 1 offline · 1 needs you · 18 kB/s"."""
    counts: dict[Standing, int] = defaultdict(int)
    for row in rows:
        counts[Standing.LIVE if row.words.standing is Standing.SLOW else row.words.standing] += 1
    parts = [f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing]]
    total = math.fsum(rate for rate in map(traffic, reports) if rate == rate)
    if any(report.state in OPEN for report in reports):
        parts.append(units.network(total))
    return " · ".join(parts) or "No other machines yet"


def share_view(
    sharing: Sharing, reports: Sequence[LinkReport], peers: Mapping[str, Peer], now: float, units: Units
) -> ShareView:
    """How this machine is published, and who watches it."""
    watching = [report for report in reports if report.watching and report.state in OPEN]
    rows = tuple(_watcher(report, peers.get(report.peer), now, units) for report in watching)
    count = len(rows)
    if sharing.trouble:
        return ShareView(sharing.on, "This machine cannot be shared", "Trouble", "critical", sharing.trouble, rows)
    if not sharing.on:
        note = "No other machine can connect to this one."
        if count:
            note = "No other machine can connect. Those below watch over links that this machine dials."
        return ShareView(False, "This machine is not shared", "Off", "offline", note, rows)
    note = "Nobody is watching" if not count else f"{fmt.counted(count, 'machine is', 'machines are')} watching"
    return ShareView(True, "This machine is shared", f"On · port {sharing.port}", "ok", note, rows)


def _watcher(report: LinkReport, peer: Peer | None, now: float, units: Units) -> WatcherRow:
    rights = rights_words(peer.rights) if peer is not None else fmt.UNKNOWN
    sent = fmt.scaled(report.counts.bytes_out, "B", units.rate_base)
    since = fmt.age(now - report.since)
    name = printable(report.name)
    dropped, waiting = fmt.count(report.counts.skipped_out), fmt.scaled(report.in_flight, "B")
    tip = f"{name}: {rights}\nSince {fmt.exact(report.since)}\n{dropped} ticks dropped, {waiting} in flight"
    return WatcherRow(report.link, name, rights, since, sent, dropped, waiting, tip)


def rights_words(rights: Rights) -> str:
    """ "metrics, processes"."""
    named = (
        (rights.metrics, "metrics"),
        (rights.processes, "processes"),
        (rights.commands, "command lines"),
        (rights.history, "history"),
        (rights.actions, "actions"),
    )
    return ", ".join(name for given, name in named if given) or "nothing"


def _is_hub(peer: Peer | None) -> bool:
    return peer is not None and peer.hub


def _action(report: LinkReport, told: LinkWords) -> str:
    if told.standing is Standing.NEEDS_YOU:
        return "Review"
    return "Retry now" if report.state is LinkState.BACKOFF else ""


def _tip(report: LinkReport, name: str, told: LinkWords, strip_view: StripView, now: float) -> str:
    lines = [f"{name}: {told.sentence}"]
    if report.reason is not None:
        lines.append(report.reason.sentence(name))
    if report.state is LinkState.BACKOFF:
        lines.append(f"{retry_words(report.next_try, now)}, attempt {report.tries}")
    counts = report.counts
    if not counts.connections:
        lines.append("It was not reached since this program began")
    elif counts.gaps or drops(report):
        lines.append(
            f"{fmt.counted(counts.gaps, 'gap', 'gaps')}; ticks dropped: {fmt.count(counts.skipped_in)} there, "
            f"{fmt.count(counts.skipped_out)} here"
        )
    lines.append(f"Last 6 h: {strip_view.text}")
    return "\n".join(lines)


def _order(report: LinkReport, told: LinkWords) -> LinkOrder:
    def known(value: float) -> float:
        return value if value == value else math.inf

    return LinkOrder(
        float(list(Standing).index(told.standing)),
        known(report.round_trip),
        known(abs(report.clock_offset)),
        known(traffic(report)),
        float(report.counts.gaps),
        float(drops(report)),
        float(report.in_flight),
    )
