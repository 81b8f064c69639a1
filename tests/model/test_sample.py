"""Catalogs index their series, tell reasons, and refuse contradictions."""

from __future__ import annotations

from array import array

import pytest

from sysmon.model.metric import series
from sysmon.model.sample import PIECE_ROWS, Catalog, Missing, SampleBatch, Stretch, piece_rows
from tests.pipeline.made import COUNTER, GAUGE, counters, gauges


def test_select_and_index() -> None:
    catalog = Catalog((*counters(3), *gauges(2)))
    assert catalog.select(GAUGE) == gauges(2)
    assert catalog.select(COUNTER)[2] == series(COUNTER, "2")
    assert catalog.index[series(GAUGE, "1")] == 4
    assert catalog.intervals == (0.0,) * 5


def test_the_digest_depends_on_series_and_intervals_only() -> None:
    one, same = Catalog(gauges(2)), Catalog(gauges(2), (Missing("gpu", "no driver"),))
    assert one.digest == same.digest
    assert one.digest != Catalog(gauges(3)).digest
    assert one.digest != Catalog(gauges(2), (), (0.0, 2.0)).digest


def test_reasons() -> None:
    catalog = Catalog((), (Missing("gpu", "no driver"),))
    assert catalog.reason("gpu") == "no driver"
    assert catalog.reason("cpu") is None


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"twice: test.gauge"):
        Catalog((*gauges(1), *gauges(1)))
    with pytest.raises(ValueError, match="1 intervals for 2 series"):
        Catalog(gauges(2), (), (1.0,))


def test_a_stretch_is_its_batches_and_can_be_parted() -> None:
    catalog = Catalog(gauges(2))
    batches = [SampleBatch("h", 3, n, 10.0 + n, catalog, array("d", (n, -n))) for n in (1, 2, 5)]
    stretch = Stretch.of(batches)
    back = [(one.host, one.epoch, one.sequence, one.time, one.values) for one in stretch.batches()]
    assert back == [(one.host, one.epoch, one.sequence, one.time, one.values) for one in batches]
    part = stretch.part(1, 9)
    assert list(part.sequences) == [2, 5]
    assert list(part.times) == [12.0, 15.0]
    assert list(part.rows) == [2.0, -2.0, 5.0, -5.0]


def test_pieces_of_a_stretch_are_the_stretch_and_none_is_much_work() -> None:
    for width, most in ((1, PIECE_ROWS), (500, 15), (20_000, 1)):
        catalog = Catalog(gauges(width))
        rows = [SampleBatch("h", 1, n, float(n), catalog, array("d", [float(n)] * width)) for n in range(1, 38)]
        stretch = Stretch.of(rows)
        pieces = list(stretch.pieces())
        assert max(len(piece.sequences) for piece in pieces) == most == piece_rows(width)
        assert [row for piece in pieces for row in piece.sequences] == list(stretch.sequences)
        assert sum((piece.rows for piece in pieces), array("d")) == stretch.rows
    assert piece_rows(0) == PIECE_ROWS
