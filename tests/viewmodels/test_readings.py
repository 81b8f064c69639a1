from __future__ import annotations

import math

import pytest

from sysmon.model import names
from sysmon.model.events import Mark, MarkKind
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import Line
from sysmon.viewmodels.readings import NO_DATA, NOT_READ, Readings, attribute, highest, joined, spoken
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady

LOAD = series(names.LOAD_1M)
READ, WRITE = (series(names.DISK_IO, "sda", way) for way in ("read", "write"))
POWER = series(names.ENERGY, "0", "package-0", "cpu")


def test_attributes_are_named_by_their_last_word() -> None:
    assert attribute(READ, "direction") == "read"
    assert attribute(READ, "device") == "sda"
    assert attribute(series(names.CORE_TIME, "3", "busy"), "number") == "3"
    assert attribute(READ, "mode") is None


def test_selects_by_attribute_and_keeps_the_answer() -> None:
    host = FakeHost()
    host.run(2, {READ: steady(1), WRITE: steady(1)})
    readings = host.readings()
    assert readings.select(names.DISK_IO, direction="write") == (WRITE,)
    assert readings.select(names.DISK_IO, direction="write") is readings.select(names.DISK_IO, direction="write")
    assert readings.select(names.DISK_IO, direction="sideways") == ()
    assert readings.one(names.GPU_POWER) is None


def test_the_kept_selection_follows_the_catalog() -> None:
    host = FakeHost()
    host.run(2, {READ: steady(1)})
    readings = host.readings()
    assert len(readings.select(names.DISK_IO, direction="read")) == 1
    host.run(2, {READ: steady(1), series(names.DISK_IO, "sdb", "read"): steady(1)})
    readings.look(host.scope(), 300)
    assert len(readings.select(names.DISK_IO, direction="read")) == 2


def test_now_is_the_value_of_a_gauge_and_the_rate_of_a_counter() -> None:
    host = FakeHost()
    host.run(5, {LOAD: level(4.2), READ: steady(100.0)})
    readings = host.readings()
    assert readings.value(names.LOAD_1M) == 4.2
    assert readings.value(names.DISK_IO) == pytest.approx(100.0)
    assert math.isnan(readings.now(None))
    assert math.isnan(readings.value(names.GPU_POWER))


def test_a_span_that_does_not_follow_shows_its_own_end() -> None:
    host = FakeHost(intervals={POWER: 5.0})
    for at in range(1, 61):
        host.tick(
            {
                LOAD: float(at),
                READ: at * at * 1.0,
                POWER: at * (50.0 if at <= 30 else 90.0) if at % 5 == 0 else math.nan,
            }
        )
    readings = host.readings()
    paused = host.scope(20, live=False)
    readings.look(type(paused)(paused.start - 40, paused.end - 40, live=False), 300)
    assert readings.now(LOAD) == 20.0
    assert readings.now(READ) == pytest.approx(39.0)
    assert readings.now(POWER) == pytest.approx(50.0)


def test_a_sum_is_unknown_with_an_unknown_part_and_without_any() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0, series(names.LOAD_5M): math.nan})
    readings = host.readings()
    assert readings.sum([LOAD]) == 1.0
    assert math.isnan(readings.sum([LOAD, series(names.LOAD_5M)]))
    assert math.isnan(readings.sum([]))


def test_reasons_by_family_metric_and_series() -> None:
    host = FakeHost(
        Missing("gpu", "no driver is loaded"),
        Missing(POWER.key, "readable by root only"),
        Missing("hw.gpu.power", "asleep"),
    )
    host.tick({LOAD: 1.0})
    readings = host.readings()
    assert readings.why("gpu") == "no driver is loaded"
    assert readings.why(names.ENERGY) == "readable by root only"
    assert readings.why(POWER.key) == "readable by root only"
    assert readings.why(names.GPU_POWER, "gpu") == "asleep"
    assert readings.why("sensors") == NOT_READ


def test_before_the_first_sample_the_reason_is_that() -> None:
    assert FakeHost().readings().why("cpu") == NO_DATA


def test_a_fact_that_is_unknown_carries_its_reason_and_no_note() -> None:
    host = FakeHost(Missing("power", "readable by root only"))
    host.tick({LOAD: 1.0})
    fact = host.readings().fact("Power", fmt.UNKNOWN, "package", names.ENERGY, "power")
    assert (fact.note, fact.reason) == ("", "readable by root only")
    assert host.readings().fact("Power", "88 W", "package", "power").reason is None


def test_holes_become_gaps_with_their_reason() -> None:
    host = FakeHost()
    host.run(10, {LOAD: level(1)})
    host.tick({LOAD: 1.0}, 20.0, skipped=19)
    host.run(5, {LOAD: level(1)})
    readings = host.readings()
    assert len(readings.gaps) == 1
    assert readings.gaps[0].end - readings.gaps[0].start == 20.0
    assert readings.gaps[0].reason


def test_a_plot_without_points_says_why() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    plot = host.readings().plot("GPU", (), 1.0, fmt.percent, missing="no driver")
    assert plot.missing == "no driver"
    assert plot.spoken == "GPU: no driver."


def test_spoken_words_name_now_and_extent() -> None:
    host = FakeHost()
    scope = host.scope(300)
    line = Line("CPU", "cpu", (1, 2, 3), (0.2, math.nan, 0.6), fmt.percent(0.6))
    assert plain(spoken("CPU", scope, (line,), fmt.percent)) == "CPU, last 5 minutes: now 60 %, 20 % to 60 %."
    both = spoken("CPU", scope, (line, line), fmt.percent, stacked=True)
    assert both.count(" to ") == 1


def test_small_pieces() -> None:
    assert joined("a", "", "b") == "a · b"
    assert highest([1.0, math.nan, 3.0]) == 3.0
    assert math.isnan(highest([]))
    assert math.isnan(highest([math.nan, math.nan]))
    assert highest([1.0, 2.5]) == 2.5
    assert highest([math.inf, -math.inf, 3.0]) == math.inf


def test_moments_that_the_user_marked_stand_in_every_plot_of_their_span() -> None:
    host = FakeHost()
    host.run(20, {series(names.LOAD_1M): level(1.0)})
    for moment in (host.now - 5.0, host.now - 5000.0):
        host.store.put_mark(Mark(HOST, moment, MarkKind.USER, "marked by you"))
    host.store.put_mark(Mark(HOST, host.now - 3.0, MarkKind.STARTED, "began"))
    readings = Readings(host.query, HOST, Units())
    readings.look(host.scope(), 100)
    assert readings.plot("Load", (), 1.0, str).marks == (host.now - 5.0,)


def test_what_a_chart_says_is_made_anew_every_few_seconds_and_at_once_for_another_span() -> None:
    host = FakeHost()
    host.run(20, {series(names.LOAD_1M): level(1.0)})
    readings = Readings(host.query, HOST, Units())

    def said(value: float, span: float = 300.0) -> str:
        readings.look(host.scope(span), 100)
        line = Line("Load", "cpu", (host.now,), (value,), f"{value:g}")
        return readings.plot("Load", (line,), 1.0, str).spoken

    assert "now 1" in said(1.0)
    host.run(2, {series(names.LOAD_1M): level(1.0)})
    assert "now 1" in said(2.0)
    assert "now 3" in said(3.0, 60.0)
    host.run(6, {series(names.LOAD_1M): level(1.0)})
    assert "now 4" in said(4.0, 60.0)
