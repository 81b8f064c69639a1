"""The shape of any forest: every place once, children after their parent, sums exact, circles opened."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.viewmodels.tree_shape import ROOT, TreeShape

forests = st.integers(0, 30).flatmap(lambda n: st.lists(st.integers(ROOT, n - 1), min_size=n, max_size=n))


def opened(shape: TreeShape, *closed: int) -> np.ndarray:
    found = np.ones(len(shape.parents), dtype=bool)
    found[list(closed)] = False
    return found


def test_siblings_stand_by_rank_and_nothing_below_closed_ones() -> None:
    shape = TreeShape([ROOT, 0, 0, 1, ROOT])
    rank = np.array([1, 3, 2, 4, 0])
    assert shape.order(rank, opened(shape)).tolist() == [4, 0, 2, 1, 3]
    assert shape.order(rank, opened(shape, 1)).tolist() == [4, 0, 2, 1]
    assert shape.order(rank, opened(shape, 0)).tolist() == [4, 0]
    assert shape.below.tolist() == [3, 1, 0, 0, 0]
    assert shape.depth.tolist() == [0, 1, 1, 2, 0]
    assert sorted(shape.under(0)) == [1, 2, 3]


def test_sums_leave_out_what_is_unknown() -> None:
    shape = TreeShape([ROOT, 0, 0, ROOT])
    sums = shape.sums(np.array([math.nan, 2.0, 3.0, math.nan]))
    assert sums.tolist()[:3] == [5.0, 2.0, 3.0]
    assert math.isnan(sums[3])


@given(forests)
def test_every_place_is_there_once_and_after_its_parent(parents: list[int]) -> None:
    shape = TreeShape(parents)
    rows = shape.order(np.arange(len(parents)), opened(shape)).tolist()
    assert sorted(rows) == list(range(len(parents)))
    at = {place: row for row, place in enumerate(rows)}
    for place, parent in enumerate(shape.parents.tolist()):
        assert parent == ROOT or at[parent] < at[place]
    assert shape.sums(np.ones(len(parents)))[shape.parents == ROOT].sum() == len(parents)


@given(forests, st.data())
def test_a_branch_is_one_run_of_rows(parents: list[int], data: st.DataObject) -> None:
    shape = TreeShape(parents)
    if not parents:
        return
    place = data.draw(st.integers(0, len(parents) - 1))
    rows = shape.order(np.arange(len(parents)), opened(shape)).tolist()
    first = rows.index(place)
    assert set(rows[first + 1 : first + 1 + int(shape.below[place])]) == set(shape.under(place))


@pytest.mark.parametrize("parents", [[0], [1, 0], [1, 2, 0, 2], [ROOT, 2, 1]])
def test_circles_are_opened(parents: list[int]) -> None:
    shape = TreeShape(parents)
    assert (shape.parents == ROOT).any()
    assert len(shape.order(np.arange(len(parents)), opened(shape))) == len(parents)


def test_a_chain_of_thousands_ends() -> None:
    shape = TreeShape([ROOT, *range(3000)])
    assert int(shape.depth[-1]) == 3000
    assert shape.order(np.arange(3001), opened(shape)).tolist() == list(range(3001))


def with_parents(parents: list[int], wanted: set[int]) -> set[int]:
    found = set(wanted)
    for place in wanted:
        above = parents[place]
        while above != ROOT and above not in found:
            found.add(above)
            above = parents[above]
    return found


@given(forests, st.data())
def test_a_part_of_a_forest_is_the_forest_of_that_part(parents: list[int], data: st.DataObject) -> None:
    shape = TreeShape(parents)
    count = len(parents)
    wanted = data.draw(st.sets(st.integers(0, count - 1))) if count else set[int]()
    kept = shape.with_ancestors(np.array([place in wanted for place in range(count)], dtype=bool))
    places = np.flatnonzero(kept).tolist()
    assert set(places) == with_parents(shape.parents.tolist(), wanted)
    part = shape.only(kept)
    # The same as a forest that was made of nothing else, with its places renumbered.
    place_of = {place: at for at, place in enumerate(places)}
    other = TreeShape([place_of.get(int(shape.parents[place]), ROOT) for place in places])
    rank = np.array(data.draw(st.permutations(range(count))), dtype=np.int64)
    rows = part.order(rank, opened(part)).tolist()
    assert [place_of[place] for place in rows] == other.order(rank[places], opened(other)).tolist()
    assert part.below[places].tolist() == other.below.tolist()
    assert part.depth[places].tolist() == other.depth.tolist()
    values = np.arange(count, dtype=np.float64)
    assert part.sums(values)[places].tolist() == other.sums(values[places]).tolist()
    for place in places:
        assert set(part.under(place)) == {places[at] for at in other.under(place_of[place])}
    assert shape.kept.all(), "the whole is left alone"
