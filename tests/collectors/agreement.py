"""Comparing two sources of the same figure on a machine that does not stand still."""

from __future__ import annotations

from collections.abc import Callable, Mapping

TRIES = 5
"""Other programs work between two readings; a comparison that is right holds in one of a few tries."""


def eventually(compare: Callable[[], list[str]]) -> None:
    """Pass where ``compare`` finds no difference in one of `TRIES`; fail with the last differences."""
    differences: list[str] = []
    for _ in range(TRIES):
        differences = compare()
        if not differences:
            return
    raise AssertionError("; ".join(differences))


def between(
    before: Mapping[str, float], truth: Mapping[str, float], after: Mapping[str, float], slack: float
) -> list[str]:
    """Each key of ``truth`` that is in neither reading, or lies further than ``slack`` outside the two."""
    found: list[str] = []
    for key, value in truth.items():
        if key not in before or key not in after:
            found.append(f"{key} is not in our reading")
            continue
        low, high = sorted((before[key], after[key]))
        if not low - slack <= value <= high + slack:
            found.append(f"{key}: {value} is not between {low} and {high}")
    return found
