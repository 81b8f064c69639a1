from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.viewmodels.link_strip import SPAN, StripView, down_since, strip
from tests.viewmodels.links import NOW, report, step

HOUR = 3600.0


def one(report: LinkReport, steps: Sequence[LinkStep], now: float) -> StripView:
    return strip([(report, steps)], now)


def tokens(report: LinkReport, steps: Sequence[LinkStep], now: float) -> list[str]:
    return [segment.token for segment in one(report, steps, now).segments]


def test_a_link_without_steps_is_as_it_is_since_it_began() -> None:
    view = one(report(since=NOW - 12 * HOUR), (), NOW)
    assert [(round(s.start, 3), s.end, s.token) for s in view.segments] == [(0.0, 1.0, "ok")]
    assert view.text.startswith("live 6")
    young = one(report(since=NOW - 0.5 * SPAN), (), NOW)
    assert math.isclose(young.segments[0].start, 0.5, abs_tol=0.01)


def test_short_interruptions_are_yellow_and_long_ones_grey_and_refusals_red() -> None:
    steps = (
        step(NOW - 5 * HOUR, LinkState.LIVE, LinkState.BACKOFF, reason=Reason.CUT),
        step(NOW - 5 * HOUR + 5, LinkState.BACKOFF, LinkState.CONNECTING),
        step(NOW - 5 * HOUR + 60, LinkState.CONNECTING, LinkState.LIVE),
        step(NOW - 3 * HOUR, LinkState.LIVE, LinkState.BACKOFF, reason=Reason.CUT),
        step(NOW - 2 * HOUR, LinkState.BACKOFF, LinkState.LIVE),
        step(NOW - HOUR, LinkState.LIVE, LinkState.REFUSED, reason=Reason.REVOKED),
    )
    made = report(state=LinkState.REFUSED, since=NOW - HOUR)
    assert tokens(made, steps, NOW) == ["ok", "warning", "ok", "offline", "ok", "critical"]
    assert one(made, steps, NOW).segments[-1].end == 1.0
    assert "refused 1" in one(made, steps, NOW).text


def test_what_was_before_the_program_is_left_out() -> None:
    steps = (
        step(NOW - 60, LinkState.DISABLED, LinkState.CONNECTING),
        step(NOW - 50, LinkState.CONNECTING, LinkState.LIVE),
    )
    segments = one(report(since=NOW - 50), steps, NOW).segments
    assert segments[0].start > 0.99
    assert one(report(state=LinkState.DISABLED, since=NOW), (), NOW).text


def test_it_moves_on_once_a_minute() -> None:
    made = report(since=NOW - 9 * HOUR)
    assert one(made, (), NOW + 1.0).segments == one(made, (), NOW + 59.0).segments


@given(st.lists(st.tuples(st.floats(0.0, 8 * HOUR), st.sampled_from(list(LinkState))), max_size=12))
def test_segments_never_overlap_and_stay_inside(changes: list[tuple[float, LinkState]]) -> None:
    state, steps = LinkState.DISABLED, []
    for ago, after in sorted(changes, key=lambda change: -change[0]):
        steps.append(step(NOW - ago, state, after))
        state = after
    since = steps[-1].time if steps else NOW
    segments = one(report(state=state, since=since), steps, NOW).segments
    edges = [edge for segment in segments for edge in (segment.start, segment.end)]
    assert edges == sorted(edges)
    assert all(0.0 <= edge <= 1.0 for edge in edges)


def test_since_when_it_is_down() -> None:
    lost = NOW - 2 * HOUR
    steps = [step(lost, LinkState.LIVE, LinkState.BACKOFF)]
    steps += [
        made
        for at in range(1, 5)
        for made in (
            step(lost + at * 60, LinkState.BACKOFF, LinkState.CONNECTING),
            step(lost + at * 60 + 1, LinkState.CONNECTING, LinkState.BACKOFF),
        )
    ]
    assert down_since([(report(state=LinkState.BACKOFF, since=NOW - 10), steps)]) == lost
    assert math.isnan(down_since([(report(), steps)]))
    assert down_since([(report(state=LinkState.BACKOFF, since=NOW - 10), ())]) == NOW - 10


def test_of_two_links_with_a_machine_the_open_one_counts() -> None:
    out = report(state=LinkState.DISABLED, since=NOW - HOUR)
    called = report(link="atlas/in", dialled=False, since=NOW - HOUR)
    steps = (step(NOW - HOUR, LinkState.LIVE, LinkState.DISABLED),)
    answer = (step(NOW - HOUR + 2, LinkState.SYNCING, LinkState.LIVE, link="atlas/in"),)
    segments = strip([(out, steps), (called, answer)], NOW).segments
    assert [segment.token for segment in segments] == ["ok", "offline", "ok"]
    assert segments[1].end - segments[1].start < 0.001
    assert math.isnan(down_since([(out, steps), (called, answer)]))
    lost = report(link="atlas/in", state=LinkState.DISABLED, dialled=False, since=NOW - 60)
    gone = (*answer, step(NOW - 60, LinkState.LIVE, LinkState.DISABLED, link="atlas/in"))
    assert down_since([(out, steps), (lost, gone)]) == NOW - 60
