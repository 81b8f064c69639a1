"""Sets of sequence numbers, kept as ranges: what of a host's epoch is here, and what is missing.

The hole in the middle counts as much as the one at the end. Ranges are (first, last), both
included, ascending, apart by at least one number. Knows no host and no time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]


class Ranges:
    """A set of whole numbers. Cost goes with the number of ranges, not of numbers."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def add(self, first: int, last: int) -> None:
        """Put ``first`` to ``last`` in, both included. Raises ValueError where last < first."""
        if last < first:
            raise ValueError(f"from {first} to {last}")
        # The usual case: the number after the newest.
        if self._lasts and first == self._lasts[-1] + 1:
            self._lasts[-1] = last
            return
        begin = bisect_left(self._lasts, first - 1)
        end = bisect_left(self._firsts, last + 2)
        if begin < end:
            first = min(first, self._firsts[begin])
            last = max(last, self._lasts[end - 1])
        self._firsts[begin:end] = [first]
        self._lasts[begin:end] = [last]

    def remove(self, first: int, last: int) -> None:
        """Take ``first`` to ``last`` out, as far as they are in. Raises ValueError where last < first."""
        if last < first:
            raise ValueError(f"from {first} to {last}")
        begin = bisect_left(self._lasts, first)
        end = bisect_left(self._firsts, last + 1)
        if begin >= end:
            return
        left, right = self._firsts[begin], self._lasts[end - 1]
        kept = ([(left, first - 1)] if left < first else []) + ([(last + 1, right)] if right > last else [])
        self._firsts[begin:end] = [one for one, _ in kept]
        self._lasts[begin:end] = [one for _, one in kept]

    def cut(self, ranges: Iterable[Range]) -> list[Range]:
        """Take out what is in ``ranges``, too; the ranges that were taken out, ascending."""
        taken: list[Range] = []
        for first, last in sorted(ranges):
            taken += [(max(a, first), min(b, last)) for a, b in self if a <= last and b >= first]
            self.remove(first, last)
        return taken

    def missing(self, first: int, last: int, limit: int | None = None) -> list[Range]:
        """What of ``first`` to ``last`` is not in, the newest range first; at most ``limit`` ranges."""
        found: list[Range] = []
        at = bisect_left(self._firsts, last + 1) - 1
        end = last
        while end >= first and (limit is None or len(found) < limit):
            if at < 0 or self._lasts[at] < first:
                found.append((first, end))
                break
            if self._lasts[at] < end:
                found.append((self._lasts[at] + 1, end))
            end = self._firsts[at] - 1
            at -= 1
        return found

    def newest(self, count: int) -> Range | None:
        """At most ``count`` numbers in a row from the newest range; None while empty."""
        if not self._lasts:
            return None
        return max(self._firsts[-1], self._lasts[-1] - count + 1), self._lasts[-1]

    @property
    def first(self) -> int | None:
        return self._firsts[0] if self._firsts else None

    @property
    def last(self) -> int | None:
        return self._lasts[-1] if self._lasts else None

    def count(self) -> int:
        """How many numbers are in."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    def __len__(self) -> int:
        """How many ranges there are."""
        return len(self._firsts)

    def __iter__(self) -> Iterator[Range]:
        return zip(self._firsts, self._lasts, strict=True)

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._lasts, number)
        return at < len(self._firsts) and self._firsts[at] <= number

    def __repr__(self) -> str:
        return f"Ranges({list(self)})"
