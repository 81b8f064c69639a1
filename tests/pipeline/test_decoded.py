"""Decoded columns are kept for a while, bounded in all."""

from __future__ import annotations

from array import array

from sysmon.model.sample import Catalog
from sysmon.pipeline.block import ROWS, TIMES, Block
from sysmon.pipeline.decoded import Decoded
from tests.pipeline.made import gauges

CATALOG = Catalog(gauges(4))


def coded(first: int) -> Block:
    times = array("d", range(first, first + ROWS))
    rows = [array("d", [float(row + series) for series in range(4)]) for row in range(ROWS)]
    block = Block(CATALOG, 1, range(first, first + ROWS), times, rows)
    assert block.code(9)
    return block


def test_a_column_is_decoded_once() -> None:
    decoded, block = Decoded(), coded(0)
    one = decoded.columns(block, [3, TIMES])
    again = decoded.columns(block, [3])
    assert again[3] is one[3]
    assert list(one[TIMES]) == [float(row) for row in range(ROWS)]
    assert list(one[3]) == [float(row + 3) for row in range(ROWS)]
    assert decoded.size() == 2 * 8 * ROWS


def test_what_was_not_asked_for_longest_goes_first() -> None:
    decoded, first, second = Decoded(most=3), coded(0), coded(ROWS)
    kept = decoded.columns(first, [0, 1])
    decoded.columns(second, [0])
    assert decoded.columns(first, [0])[0] is kept[0]
    decoded.columns(second, [1])
    assert decoded.columns(first, [0])[0] is kept[0]
    assert decoded.columns(first, [1])[1] is not kept[1]
    assert decoded.size() == 3 * 8 * ROWS


def test_plain_blocks_are_not_kept() -> None:
    decoded = Decoded()
    block = Block(CATALOG, 1, (1,), array("d", [1.0]), [array("d", [1.0, 2.0, 3.0, 4.0])])
    assert list(decoded.columns(block, [2, TIMES])[2]) == [3.0]
    assert decoded.size() == 0


def test_a_block_is_opened_once_for_several_parts() -> None:
    decoded, block = Decoded(), coded(0)
    before = decoded.size()
    for first, last in ((60, 120), (0, 60), (7, 9)):
        times, rows = decoded.rows(block, first, last)
        wanted_times, wanted_rows = block.opened(first, last)
        assert (times.tobytes(), rows.tobytes()) == (wanted_times.tobytes(), wanted_rows.tobytes())
        rows[0] = -1.0
    assert decoded.size() - before == 8 * ROWS * 5
    for start in (ROWS, 2 * ROWS):
        other, _ = decoded.rows(coded(start), 0, 1)
        assert list(other) == [float(start)]
    assert decoded.size() - before == 2 * 8 * ROWS * 5
