"""How well a few typed letters fit a name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_WORD, _NEXT, _PLAIN = 8.0, 5.0, 1.0
"""What a letter is worth at the start of a word, right after the one before, and anywhere else."""
_SKIPPED = 0.05
"""What each character of the name that was not typed costs: short names win."""
_LONGEST = 200


def score(typed: str, name: str) -> float | None:
    """How well ``typed`` fits ``name``; None where its letters do not occur in that order.

    Case and spaces of ``typed`` do not matter. Greater is better; nothing typed fits everything alike.
    """
    letters = "".join(typed.lower().split())[:_LONGEST]
    name = name[:_LONGEST]
    low = name.lower()
    if len(low) != len(name):  # some letters change their number in lower case
        name = low
    if not letters:
        return 0.0
    best: dict[int, float] = {-1: 0.0}
    for letter in letters:
        # The best sum for each place at which this letter can be.
        found: dict[int, float] = {}
        ahead = -1.0
        reached = sorted(best)
        at = 0
        for place, other in enumerate(low):
            while at < len(reached) and reached[at] < place:
                ahead = max(ahead, best[reached[at]])
                at += 1
            if other == letter and ahead >= 0.0:
                gain = ahead + (_WORD if _starts(name, place) else _PLAIN)
                if place - 1 in best and place:
                    gain = max(gain, best[place - 1] + _NEXT + (_WORD if _starts(name, place) else 0.0))
                found[place] = gain
        if not found:
            return None
        best = found
    return max(best.values()) - _SKIPPED * (len(name) - len(letters))


def _starts(name: str, place: int) -> bool:
    if place == 0:
        return True
    before, here = name[place - 1], name[place]
    return not before.isalnum() or (before.islower() and here.isupper())


def ranked(typed: str, things: Iterable[T], name: Callable[[T], str], limit: int) -> list[T]:
    """The ``limit`` things that fit best; those that fit alike stay in their order."""
    fits = [(fit, thing) for thing in things if (fit := score(typed, name(thing))) is not None]
    fits.sort(key=lambda entry: -entry[0])
    return [thing for _, thing in fits[:limit]]
