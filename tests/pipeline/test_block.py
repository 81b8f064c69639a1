"""A block gives back its rows, plain and coded, by column and by row."""

from __future__ import annotations

import math
from array import array

import pytest

from sysmon.model.sample import Catalog
from sysmon.pipeline.block import GROUP, TIMES, Block
from tests.pipeline.made import gauges

WIDTH = 2 * GROUP + 5
CATALOG = Catalog(gauges(WIDTH))


def rows_of(count: int) -> array[float]:
    return array("d", [row * 100.0 + at if at % 7 else math.nan for row in range(count) for at in range(WIDTH)])


def made(sequences: list[int]) -> Block:
    times = array("d", [1e9 + sequence + 0.001 for sequence in sequences])
    joined = rows_of(len(sequences))
    rows = [joined[row * WIDTH : (row + 1) * WIDTH] for row in range(len(sequences))]
    return Block(CATALOG, 7, sequences, times, rows)


@pytest.mark.parametrize("sequences", [[1], [0, 1, 2, 3, 4, 5], [3, 4, 9, 10, 40]])
def test_rows_are_the_same_plain_and_coded(sequences: list[int]) -> None:
    block = made(sequences)
    plain = block.opened(0, len(sequences))
    columns = block.columns([TIMES, 0, 1, GROUP, WIDTH - 1])
    breaks, between = block.breaks(), block.between(2, 9)
    assert not block.code(2)
    assert not block.is_coded
    assert block.code(1)
    assert block.is_coded
    assert block.columns([TIMES, 0, 1, GROUP, WIDTH - 1])[1:] != []
    for one, other in zip(columns, block.columns([TIMES, 0, 1, GROUP, WIDTH - 1]), strict=True):
        assert one.tobytes() == other.tobytes()
    for one, other in zip(plain, block.opened(0, len(sequences)), strict=True):
        assert one.tobytes() == other.tobytes()
    assert (block.breaks(), block.between(2, 9)) == (breaks, between)
    assert (block.first, block.last, len(block)) == (sequences[0], sequences[-1], len(sequences))
    assert (block.oldest, block.newest) == (plain[0][0], plain[0][-1])


def test_some_rows_are_opened_without_the_others() -> None:
    block = made([5, 6, 7, 9])
    for _ in ("plain", "coded"):
        begin, end = block.between(6, 7)
        times, rows = block.opened(begin, end)
        assert list(times) == [1e9 + 6.001, 1e9 + 7.001]
        assert rows.tobytes() == rows_of(4)[WIDTH : 3 * WIDTH].tobytes()
        block.code(9)


def test_appending_tells_holes_and_undoes_what_was_coded() -> None:
    block = made([1, 2])
    block.append(3, 1e9 + 3, array("d", [1.0] * WIDTH))
    assert block.breaks() == []
    block.code(1)
    block.append(9, 1e9 + 9, array("d", [2.0] * WIDTH))
    assert block.coded == []
    assert block.breaks() == [3]
    assert list(block.sequences) == [1, 2, 3, 9]
    assert block.newest == 1e9 + 9
    assert block.code(9)
    assert list(block.columns([1])[0]) == [1.0, 101.0, 1.0, 2.0]


def test_coding_makes_it_smaller() -> None:
    block = made(list(range(100)))
    before = block.size()
    block.code(9)
    assert block.size() < before / 8


def test_a_catalog_without_series_has_times() -> None:
    block = Block(Catalog(()), 1, (1, 2), array("d", [1.0, 2.0]), [array("d"), array("d")])
    assert block.code(1)
    assert list(block.columns([TIMES])[0]) == [1.0, 2.0]
    assert [list(found) for found in block.opened(1, 2)] == [[2.0], []]
