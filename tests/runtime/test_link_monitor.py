"""Links as metrics: totals always, figures of each, no names, and the layout is the same object while the links are the same."""

from __future__ import annotations

import math
from dataclasses import replace

from sysmon.model import names
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkCounts, LinkReport
from sysmon.model.metric import series
from sysmon.model.sample import Reading
from sysmon.runtime.link_monitor import MOST, LinkMonitor

LIVE = LinkReport(
    "out:abcdefghijklmnop",
    "abcdefghijklmnop",
    "secret name",
    True,
    LinkState.LIVE,
    0.0,
    round_trip=0.012,
    missing=4,
    counts=LinkCounts(bytes_in=100, ticks_out=7),
)


def values(reading: Reading) -> dict[str, float]:
    return {one.key: value for one, value in zip(reading.series, reading.values, strict=True)}


def test_without_links_there_are_totals_of_nothing() -> None:
    reading = LinkMonitor(lambda: ()).read()
    assert set(reading.values) == {0.0}
    assert {one.metric for one in reading.series} == {names.LINKS}


def test_a_link_has_figures_under_the_beginning_of_its_id() -> None:
    found = values(LinkMonitor(lambda: (LIVE,)).read())
    assert found[series(names.LINKS, "live").key] == 1.0
    assert found[series(names.LINK_ROUND_TRIP, "out:abcdefghijkl").key] == 0.012
    assert found[series(names.LINK_IO, "out:abcdefghijkl", "receive").key] == 100.0
    assert found[series(names.LINK_TICKS, "out:abcdefghijkl", "transmit").key] == 7.0
    assert found[series(names.LINK_MISSING, "out:abcdefghijkl").key] == 4.0
    assert math.isnan(found[series(names.LINK_CLOCK_OFFSET, "out:abcdefghijkl").key])
    assert not any("secret" in key for key in found)


def test_the_layout_changes_only_with_the_links() -> None:
    links = [(LIVE,), (replace(LIVE, state=LinkState.STALE),), (LIVE, replace(LIVE, link="in:zyx"))]
    monitor = LinkMonitor(lambda: links.pop(0))
    first, second, third = monitor.read(), monitor.read(), monitor.read()
    assert first.series is second.series
    assert third.series is not second.series
    assert values(second)[series(names.LINK_UP, "out:abcdefghijkl").key] == 0.0


def test_thousands_of_links_are_told_as_totals() -> None:
    many = tuple(replace(LIVE, link=f"in:{number:08d}") for number in range(2000))
    reading = LinkMonitor(lambda: many).read()
    assert values(reading)[series(names.LINKS, "live").key] == 2000.0
    assert len(reading.series) < 20 * MOST
    assert reading.missing
