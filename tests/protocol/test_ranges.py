"""A set of ranges does what a set of numbers does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sysmon.protocol.ranges import Ranges

TOP = 60
spans = st.tuples(st.integers(0, TOP), st.integers(0, TOP)).map(sorted)


class SetModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ranges = Ranges()
        self.model: set[int] = set()

    @rule(span=spans)
    def add(self, span: list[int]) -> None:
        first, last = span
        self.ranges.add(first, last)
        self.model |= set(range(first, last + 1))

    @rule(span=spans)
    def remove(self, span: list[int]) -> None:
        first, last = span
        self.ranges.remove(first, last)
        self.model -= set(range(first, last + 1))

    @rule()
    def add_next(self) -> None:
        following = max(self.model, default=0) + 1
        self.ranges.add(following, following)
        self.model.add(following)

    @rule(span=spans, limit=st.one_of(st.none(), st.integers(0, 5)))
    def missing(self, span: list[int], limit: int | None) -> None:
        first, last = span
        found = self.ranges.missing(first, last)
        lacking = {n for a, b in found for n in range(a, b + 1)}
        assert lacking == set(range(first, last + 1)) - self.model
        assert found == sorted(found, reverse=True)
        assert all(b < a - 1 for (a, _), (_, b) in pairwise(found))
        assert self.ranges.missing(first, last, limit) == (found if limit is None else found[:limit])

    @rule(count=st.integers(1, 10))
    def newest(self, count: int) -> None:
        found = self.ranges.newest(count)
        if not self.model:
            assert found is None
            return
        assert found is not None
        numbers = set(range(found[0], found[1] + 1))
        assert found[1] == max(self.model)
        assert numbers <= self.model
        assert len(numbers) == count or found[0] - 1 not in self.model

    @invariant()
    def same(self) -> None:
        assert {n for a, b in self.ranges for n in range(a, b + 1)} == self.model
        assert self.ranges.count() == len(self.model)
        assert [n for n in range(TOP + 40) if n in self.ranges] == sorted(n for n in self.model if n < TOP + 40)
        kept = list(self.ranges)
        assert len(kept) == len(self.ranges)
        assert all(b < a - 1 for (_, b), (a, _) in pairwise(kept)), "ranges that touch are one"
        assert self.ranges.first == min(self.model, default=None)
        assert self.ranges.last == max(self.model, default=None)


TestSetModel = SetModel.TestCase


@given(st.lists(spans))
def test_the_order_of_adding_does_not_matter(wanted: list[list[int]]) -> None:
    there = Ranges((a, b) for a, b in wanted)
    back = Ranges((a, b) for a, b in reversed(wanted))
    assert list(there) == list(back)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    for change in (Ranges().add, Ranges().remove):
        with pytest.raises(ValueError, match="from 2 to 1"):
            change(2, 1)


def test_what_comes_in_order_is_one_range() -> None:
    ranges = Ranges()
    for number in range(1, 10_000):
        ranges.add(number, number)
    assert list(ranges) == [(1, 9999)]
    assert repr(ranges) == "Ranges([(1, 9999)])"


@given(st.lists(spans), st.lists(spans))
def test_what_is_cut_out_was_in_and_is_out(here: list[list[int]], cut: list[list[int]]) -> None:
    ranges = Ranges((first, last) for first, last in here)
    before = {n for n in range(TOP + 1) if n in ranges}
    taken = ranges.cut([(first, last) for first, last in cut])
    numbers = [n for first, last in taken for n in range(first, last + 1)]
    wanted = {n for first, last in cut for n in range(first, last + 1)}
    assert sorted(numbers) == sorted(before & wanted)
    assert {n for n in range(TOP + 1) if n in ranges} == before - wanted
