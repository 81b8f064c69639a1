"""What time does to a session: stale, cut, pinged, measured."""

from __future__ import annotations

import math

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.protocol import messages as m
from sysmon.protocol.events import ClockMeasured, StateChanged
from sysmon.protocol.session import GREETING_LIMIT
from tests.protocol.dialogue import Node, joined, run
from tests.protocol.test_session import alone, states


def test_a_host_that_appears_on_a_quiet_link_is_waited_for() -> None:
    link = joined()
    link.step(100.0)
    run(link, 3)
    assert states(link.right) == [LinkState.SYNCING, LinkState.LIVE]


def test_no_hello_ends_the_link_in_time() -> None:
    session = alone()
    assert session.deadline() == GREETING_LIMIT
    assert session.wake(GREETING_LIMIT - 0.1) == []
    (event,) = session.wake(GREETING_LIMIT)
    assert isinstance(event, StateChanged)
    assert event.reason is Reason.GREETING_TIMEOUT
    assert session.deadline() == math.inf


def test_stale_after_three_intervals_and_cut_after_six() -> None:
    link = joined()
    run(link, 12)
    link.mute.add("left")
    seen: list[float] = []
    begun = link.now
    while link.right.session is not None and not link.right.session.finished and link.now < begun + 30:
        before = link.right.session.state
        link.step(0.1)
        if link.right.session.state is not before:
            seen.append(round(link.now - begun, 1))
    assert states(link.right)[-2:] == [LinkState.STALE, LinkState.BACKOFF]
    assert link.right.session is not None
    assert link.right.session.reason is Reason.SILENT
    assert seen == pytest.approx([2.0, 5.0], abs=0.2)


def test_a_publisher_that_is_paused_is_stale_but_not_cut() -> None:
    link = joined()
    run(link, 12)
    link.step(60.0)
    assert link.right.session is not None
    assert link.right.session.state is LinkState.STALE
    run(link, 2)
    assert link.right.session.state is LinkState.LIVE


def test_a_link_on_which_nothing_is_wanted_lives_on_pings() -> None:
    link = joined(right=Node("desk"))
    link.step(120.0)
    assert states(link.right) == [LinkState.SYNCING, LinkState.LIVE]
    link.mute.add("left")
    link.step(120.0)
    assert link.right.session is not None
    assert link.right.session.reason is Reason.SILENT


def test_pings_are_rare_once_the_clock_is_known() -> None:
    link = joined()
    run(link, 100)
    link.sent["right"].clear()
    link.sent["left"].clear()
    run(link, 60)
    assert sum(isinstance(message, m.Clock) for message in link.messages("right")) <= 8
    assert len(link.sent["left"]) <= 60 + 8


def test_the_clock_offset_is_measured() -> None:
    link = joined()
    assert link.left.session is not None
    link.left.session.wall_ahead = 100.0
    run(link, 10)
    assert link.right.session is not None
    best = link.right.session.clock.best
    assert best is not None
    assert best.offset == pytest.approx(100.0)
    assert link.right.session.clock.alarming
    assert link.right.said(ClockMeasured)
