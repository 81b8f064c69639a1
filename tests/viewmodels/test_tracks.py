from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.tracks import Track, summed
from tests.viewmodels.fake_host import BEGIN, HOST, CountingStore, FakeHost

READ = series(names.DISK_IO, "a", "read")
OTHER = series(names.DISK_IO, "b", "read")
LOAD = series(names.LOAD_1M)
POWER = series(names.ENERGY, "0", "package-0", "cpu")


def same(one: array[float], other: array[float]) -> bool:
    return one.tobytes() == other.tobytes()


def test_a_line_is_extended_and_not_made_again() -> None:
    counted = CountingStore()
    host = FakeHost(store=counted)
    host.run(300, {LOAD: lambda t: t})
    track = Track(host.query, HOST, (LOAD,))
    track.over(host.scope(300), 300)
    whole = counted.rows
    host.run(1, {LOAD: lambda t: t})
    line = track.over(host.scope(300), 300)[0]
    assert whole >= 300
    assert counted.rows - whole < 25
    assert line.values[-1] == 301.0


@pytest.mark.parametrize("width", [300, 20])
def test_what_is_extended_equals_what_is_made_at_once(width: int) -> None:
    host = FakeHost()
    made = {READ: lambda t: t * t, OTHER: lambda t: t * 10, LOAD: lambda t: math.sin(t)}
    host.run(200, made)
    gauge, total = Track(host.query, HOST, (LOAD,)), Track(host.query, HOST, (READ, OTHER), summed)
    for step in range(150):
        if step == 70:
            host.tick({s: value(host.now + 9 - BEGIN) for s, value in made.items()}, 9.0, skipped=8)
        host.run(1, made)
        scope = host.scope(120)
        for track, series_, combine in ((gauge, (LOAD,), None), (total, (READ, OTHER), summed)):
            grown = track.over(scope, width)[0]
            fresh = Track(host.query, HOST, series_, *([combine] if combine else [])).over(scope, width)[0]
            assert same(grown.times[-20:], fresh.times[-20:])
            assert same(grown.values[-20:], fresh.values[-20:])
            assert abs(len(grown.times) - len(fresh.times)) <= 4
            assert len(grown.times) <= 2 * width + 8


@given(st.lists(st.sampled_from([0.25, 1.0, 1.0, 1.0, 7.0]), min_size=5, max_size=60), st.integers(5, 60))
@settings(max_examples=40, deadline=None)
def test_any_rhythm_gives_the_same_line(steps: list[float], width: int) -> None:
    host = FakeHost()
    track = Track(host.query, HOST, (LOAD,))
    for at, seconds in enumerate(steps):
        host.tick({LOAD: float(at % 7)}, seconds)
        scope = host.scope(30)
        grown = track.over(scope, width)
        fresh = Track(host.query, HOST, (LOAD,)).over(scope, width)
        assert same(grown[0].values[-5:], fresh[0].values[-5:])
        assert list(grown[0].times) == sorted(grown[0].times)


def test_nothing_new_is_the_same_object() -> None:
    host = FakeHost()
    host.run(20, {LOAD: lambda t: t})
    track = Track(host.query, HOST, (LOAD,))
    assert track.over(host.scope(10), 100) is track.over(host.scope(10), 100)


def test_what_was_given_out_is_never_changed() -> None:
    host = FakeHost()
    host.run(20, {LOAD: lambda t: t})
    track = Track(host.query, HOST, (LOAD,))
    first = track.over(host.scope(10), 100)[0]
    before = first.times.tobytes()
    host.run(5, {LOAD: lambda t: t})
    track.over(host.scope(10), 100)
    assert first.times.tobytes() == before


def test_a_sum_is_unknown_where_a_part_is() -> None:
    host = FakeHost()
    for value in (1.0, 2.0, math.nan, 4.0):
        host.tick({LOAD: 10.0, series(names.LOAD_5M): value})
    line = Track(host.query, HOST, (LOAD, series(names.LOAD_5M)), summed).over(host.scope(10), 100)[0]
    assert [value if value == value else None for value in line.values] == [11.0, 12.0, None, 14.0]


def test_a_disk_that_is_plugged_in_joins_the_sum_without_a_spike() -> None:
    host = FakeHost()
    for at in range(5):
        host.tick({READ: at * 100.0})
    for at in range(5, 10):
        host.tick({READ: at * 100.0, OTHER: 1e12 + at * 50.0})
    line = Track(host.query, HOST, (READ, OTHER), summed).over(host.scope(10), 100)[0]
    known = [value for value in line.values if value == value]
    assert set(known) == {100.0, 150.0}


def test_a_slow_counter_gets_its_rate_afterwards() -> None:
    host = FakeHost(intervals={POWER: 5.0})
    track = Track(host.query, HOST, (POWER,))
    for at in range(1, 41):
        host.tick({POWER: at * 88.0 if at % 5 == 0 else math.nan, LOAD: 1.0})
        track.over(host.scope(30), 100)
    values = track.over(host.scope(30), 100)[0].values
    assert values[-1] == pytest.approx(88.0)
    assert all(value == pytest.approx(88.0) for value in values[-25:])


def test_a_series_that_does_not_exist_is_no_line() -> None:
    host = FakeHost()
    host.run(5, {LOAD: lambda t: t})
    assert Track(host.query, HOST, (READ,)).over(host.scope(10), 100) == ()
    assert Track(host.query, "elsewhere", (LOAD,)).over(host.scope(10), 100) == ()


def test_another_span_is_made_anew() -> None:
    host = FakeHost()
    host.run(100, {LOAD: lambda t: t})
    track = Track(host.query, HOST, (LOAD,))
    assert len(track.over(host.scope(10), 100)[0].times) == 11
    assert len(track.over(host.scope(50), 100)[0].times) == 51
    paused = TimeScope(host.now - 80, host.now - 60, live=False)
    assert track.over(paused, 100)[0].times[-1] == pytest.approx(host.now - 60)


def test_rows_that_come_late_are_drawn_once_and_only_where_somebody_looks() -> None:
    counted = CountingStore()
    host = FakeHost(store=counted)
    elsewhere = FakeHost()
    made = {READ: lambda t: t * t, LOAD: lambda t: math.sin(t)}
    elsewhere.run(600, made)
    missed = elsewhere.store.stretches(HOST, 1, 301, 400)
    late = elsewhere.store.stretches(HOST, 1, 1, 200)
    for batch in (one for stretch in elsewhere.store.stretches(HOST, 1, 201, 600) for one in stretch.batches()):
        if not 301 <= batch.sequence <= 400:
            host.store.append(batch)
    long, short = Track(host.query, HOST, (READ,)), Track(host.query, HOST, (READ,))
    hour, minute = elsewhere.scope(600), elsewhere.scope(60)
    holed, near = long.over(hour, 900), short.over(minute, 900)
    assert len(holed[0].times) == 300
    for stretch in missed:
        host.store.fill(stretch)
    mended = long.over(hour, 900)
    fresh = Track(elsewhere.query, HOST, (READ,)).over(elsewhere.scope(399), 900)
    assert same(mended[0].values[-390:], fresh[0].values[-390:])
    assert same(mended[0].times[-390:], fresh[0].times[-390:])
    asked = counted.rows
    for stretch in late:
        host.store.fill(stretch)
    assert long.over(hour, 900) is mended, "told at most every two seconds"
    assert short.over(minute, 900) is near
    assert counted.rows == asked
