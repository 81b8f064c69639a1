"""Everything that is known of one link, as rows of facts. Knows no pixels and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.connections import rights_words
from sysmon.viewmodels.fleet_facts import FleetFacts
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.link_groups import groups
from sysmon.viewmodels.link_strip import down_since
from sysmon.viewmodels.link_words import LinkWords, Standing, retry_words, words
from sysmon.viewmodels.plot import FactView

_TODAY = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """One link in full."""

    link: str
    peer: str
    name: str
    address: str
    words: LinkWords
    sentence: str
    """Why it is not live, and what that means; empty while it is."""
    can_retry: bool
    can_pair: bool
    """Whether pairing the two again may help."""
    facts: tuple[FactView, ...]
    counters: tuple[FactView, ...]


def details(facts: FleetFacts, link: str, units: Units, now: float) -> LinkDetails | None:
    """The link to the machine that ``link`` leads to, at ``now``; None where it is gone."""
    group = next((group for group in groups(facts.links()) if link in group.links), None)
    if group is None:
        return None
    report = group.main
    peer = next((peer for peer in facts.peers() if peer.id == report.peer), None)
    histories = [(one, facts.steps(one.link)) for one in group.reports]
    steps = [step for _, told in histories for step in told]
    lost = down_since(histories)
    told = words(report, lost, now)
    name = printable(report.name)
    return LinkDetails(
        group.key,
        report.peer,
        name,
        printable(report.address),
        told,
        _sentence(report, name),
        report.state in (LinkState.BACKOFF, LinkState.REFUSED),
        told.standing is Standing.NEEDS_YOU,
        _facts(report, peer, steps, lost, now),
        _counters(report, units),
    )


def _sentence(report: LinkReport, name: str) -> str:
    if report.reason is None or report.state is LinkState.LIVE:
        return ""
    said = f" ({printable(report.text)})" if report.text else ""
    return f"{report.reason.sentence(name)}{said}"


def _facts(
    report: LinkReport, peer: Peer | None, steps: Sequence[LinkStep], lost: float, now: float
) -> tuple[FactView, ...]:
    rows = [
        FactView("State", report.state.name, fmt.age(now - report.since)),
        FactView("Since", _moment(report.since, now)),
    ]
    if report.reason is not None:
        rows.append(FactView("Reason", str(report.reason.number), report.reason.fault.value))
    if report.state is LinkState.BACKOFF:
        rows.append(FactView("Next try", retry_words(report.next_try, now), f"attempt {report.tries}"))
    if not report.counts.connections:
        rows.append(FactView("Last live", "never", "since this program began"))
    elif lost == lost:
        rows.append(FactView("Last live", _moment(lost, now), fmt.ago(now - lost)))
    changes = sum(1 for step in steps if step.before is not step.after)
    rows += [
        FactView("Address", printable(report.address) or fmt.UNKNOWN, reason=_no_address(report)),
        FactView(
            "Runs", report.program or fmt.UNKNOWN, reason=None if report.program else "It has not said hello yet."
        ),
        FactView("Called by", "this machine" if report.dialled else printable(report.name)),
        FactView("Machines", fmt.count(len(report.hosts)), "through it"),
        FactView("Changes", fmt.count(changes), "in a day"),
    ]
    if peer is not None:
        others = [printable(address) for address in peer.addresses if address != report.address]
        if others:
            rows.append(FactView("Also at", ", ".join(others)))
        rows.append(FactView("May see here", rights_words(peer.rights)))
        if peer.added > 0:
            rows.append(FactView("Paired", _moment(peer.added, now)))
    rows.append(FactView("Machine id", printable(report.peer)))
    return tuple(rows)


def _moment(moment: float, now: float) -> str:
    """The time of day, with the date where it was not in the last hours."""
    return fmt.clock(moment) if abs(now - moment) < _TODAY else fmt.exact(moment)[:-3]


def _no_address(report: LinkReport) -> str | None:
    return None if report.address else "No connection was made yet."


def _counters(report: LinkReport, units: Units) -> tuple[FactView, ...]:
    counts = report.counts
    closed = None if report.state is LinkState.LIVE else "Measured while the link is live."

    def measured(label: str, text: str, note: str = "") -> FactView:
        return FactView(label, text, note, closed if text == fmt.UNKNOWN else None)

    def total(label: str, value: int, note: str = "") -> FactView:
        return FactView(label, fmt.count(value), note)

    def size(label: str, value: int, rate: float) -> FactView:
        note = units.network(rate) if rate == rate else ""
        return FactView(label, fmt.scaled(value, "B", units.rate_base), note)

    return (
        measured("Round trip", fmt.latency(report.round_trip)),
        measured("Clock", fmt.offset(report.clock_offset), "ahead"),
        size("Received", counts.bytes_in, report.bytes_in_rate),
        size("Sent", counts.bytes_out, report.bytes_out_rate),
        measured("Bytes a sample", fmt.number(report.bytes_per_sample), "in 10 s"),
        FactView("Ticks in", fmt.count(counts.ticks_in), _per_second(report.tick_rate)),
        total("Ticks out", counts.ticks_out),
        total("Samples in", counts.samples_in),
        total("Filled in later", counts.filled, "ticks"),
        total("Still to fill", report.missing, "ticks"),
        total("Gaps", counts.gaps),
        total("Dropped there", counts.skipped_in, "ticks"),
        total("Dropped here", counts.skipped_out, "ticks"),
        FactView("In flight", fmt.scaled(report.in_flight, "B")),
        total("Connections", counts.connections),
    )


def _per_second(rate: float) -> str:
    return fmt.per_second(rate) if rate == rate else ""
