"""What is known of a link."""

from __future__ import annotations

import logging
import math
from array import array

import pytest

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkStep
from sysmon.model.peer import Peer
from sysmon.protocol import messages as m
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.events import ClockMeasured, HostLeft, HostSeen, Skipped, Slowed, Wanted
from sysmon.protocol.states import LinkEvent
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.record import TRIPS, Record
from sysmon.transport.rounds import Rounds
from tests.protocol import made
from tests.transport.made import Program
from tests.transport.times import SteppedTimes


class Told:
    def __init__(self) -> None:
        self.times = SteppedTimes()
        self.program = Program("here", PlainTrust())
        self.record = Record("out:vega", Peer("vega", "Vega\n"), True, self.program, Rounds(self.times))

    @property
    def steps(self) -> list[LinkStep]:
        return self.program.steps


async def test_each_step_is_told_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    with caplog.at_level(logging.INFO, "sysmon.links"):
        told.record.advance(LinkEvent.ENABLE)
        told.record.tries = 3
        told.record.step(LinkState.BACKOFF, Reason.CUT, "reset\x1b[2J", 7.5)
        told.record.step(LinkState.BACKOFF, Reason.CUT, "again")
    assert [(step.before, step.after) for step in told.steps] == [
        (LinkState.DISABLED, LinkState.RESOLVING),
        (LinkState.RESOLVING, LinkState.BACKOFF),
    ]
    assert (told.steps[1].wait, told.steps[1].tries, told.steps[1].text) == (7.5, 3, "reset\\x1b[2J")
    assert [record.getMessage() for record in caplog.records] == [
        "Vega\\x0a (out:vega): disabled to resolving",
        "Vega\\x0a (out:vega): resolving to backoff, 15 cut: reset\\x1b[2J, try 3 in 7.5 s",
    ]
    assert told.record.report().next_try == told.times.wall() + 7.5


async def test_only_what_needs_the_user_or_is_our_fault_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    with caplog.at_level(logging.WARNING, "sysmon.links"):
        told.record.step(LinkState.BACKOFF, Reason.SILENT)
        told.record.step(LinkState.REFUSED, Reason.WRONG_PIN)
        told.record.step(LinkState.BACKOFF, Reason.FAULT_HERE)
    assert len(caplog.records) == 2


async def test_what_the_table_of_states_does_not_know_is_a_fault() -> None:
    with pytest.raises(LocalProtocolError):
        Told().record.advance(LinkEvent.TICK)


async def test_what_comes_is_counted() -> None:
    told = Told()
    record, catalog = told.record, made.catalog(3)
    record.greeted("sysmon 1.0")
    for sequence in (1, 2):
        record.heard(made.batch(catalog, sequence, [1.0, 2.0, 3.0]))
    record.heard(Stretch("h", 1, catalog, array("q", [5, 6]), array("d", [5.0, 6.0]), array("d", [0.0] * 6)))
    record.heard(Skipped("h", 1, 3, 4))
    record.heard(HostSeen(m.Host("a", "a"), catalog, 1.0))
    record.heard(HostSeen(m.Host("b", "b"), catalog, 1.0))
    record.heard(HostLeft("a", Reason.CUT))
    record.heard(Slowed(2.0))
    record.heard(Wanted((m.Wish("*"),)))
    for number in range(TRIPS + 5):
        record.heard(ClockMeasured(number / 1000, 0.0))
    report = record.report()
    counts = report.counts
    assert (counts.ticks_in, counts.samples_in, counts.filled) == (2, 12, 2)
    assert (counts.gaps, counts.skipped_in, counts.connections) == (1, 2, 1)
    assert (report.hosts, report.slowed, report.watching) == (("b",), 2.0, True)
    assert len(record.trips) == TRIPS
    assert record.trips[-1] == (told.times.wall(), (TRIPS + 4) / 1000)
    record.heard(Slowed(0.0))
    record.heard(Wanted((m.Wish("*", interval=0.0),)))
    assert math.isnan(record.report().slowed)
    assert not record.report().watching


async def test_rates_are_over_ten_seconds() -> None:
    told = Told()
    batch = made.batch(made.catalog(2), 1, [1.0, 2.0])
    assert math.isnan(told.record.report().tick_rate)
    for _ in range(5):
        told.times.step(1.0)
        told.record.heard(batch)
        told.record.heard(batch)
        told.record.report()
    assert told.record.report().tick_rate == pytest.approx(2.0)
    for _ in range(12):
        told.times.step(1.0)
        told.record.report()
    assert told.record.report().tick_rate == 0.0
    assert math.isnan(told.record.report().bytes_per_sample)
