from __future__ import annotations

import math

from sysmon.model.link import LinkState, Reason
from sysmon.runtime.demo_links import DemoLink, Figures

NOW = 1_800_000_000.0


def made(**figures: float) -> DemoLink:
    return DemoLink("mira", "mira", "192.0.2.61:4870", NOW, Figures(**figures))


def test_a_live_link_counts_and_has_a_round_trip_for_each_second() -> None:
    link = made(bytes_in=100.0)
    link.advance(NOW + 10.0)
    first = link.report()
    link.advance(NOW + 20.0)
    report = link.report()
    assert report.counts.bytes_in > first.counts.bytes_in >= 900
    assert report.counts.ticks_in == 20
    assert [time for time, _ in link.trips] == [NOW + second for second in range(1, 21)]
    assert report.round_trip > 0.0


def test_a_lost_link_counts_down_fails_and_waits_longer() -> None:
    link = made()
    link.lose(NOW, Reason.CUT)
    waits: list[float] = []
    for _ in range(8):
        link.advance(link.next_try + 0.8)
        assert link.state is LinkState.BACKOFF
        waits.append(link.steps[-1].wait)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert link.report().tries == 9
    assert math.isnan(link.report().round_trip)
    assert link.steps[-1].before is LinkState.CONNECTING


def test_a_link_comes_up_state_by_state() -> None:
    link = made()
    link.lose(NOW, Reason.CUT)
    link.come_up(NOW + 1.0)
    link.advance(NOW + 1.4)
    assert link.state is LinkState.SECURING
    link.advance(NOW + 5.0)
    states = [step.after for step in link.steps]
    assert states == [
        LinkState.BACKOFF,
        LinkState.RESOLVING,
        LinkState.CONNECTING,
        LinkState.SECURING,
        LinkState.GREETING,
        LinkState.SYNCING,
        LinkState.LIVE,
    ]
    assert all(before.after is after.before for before, after in zip(link.steps, list(link.steps)[1:], strict=False))
    assert link.report().tries == 0


def test_what_is_missing_gets_filled_in_and_costs_traffic() -> None:
    link = made()
    link.lack(14.0)
    link.advance(NOW + 1.0)
    assert link.report().missing == 7
    busy = link.report().bytes_in_rate
    link.advance(NOW + 3.0)
    assert link.report().missing == 0
    assert link.report().counts.filled == 14
    assert link.report().bytes_in_rate < busy


def test_a_refused_link_stays_so() -> None:
    link = made()
    link.refuse(NOW, Reason.WRONG_PIN)
    link.advance(NOW + 3600.0)
    assert link.report().state is LinkState.REFUSED
    assert len(link.steps) == 1
