"""The last hours of a link as a strip: when it was live, when not, when nothing is known. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.link_words import OFFLINE_AFTER

SPAN: Final = 6 * 3600.0
"""Seconds that a strip shows."""
GRID: Final = 60.0
"""Seconds by which its window moves on: until then it is the same picture."""

_UP: Final = (LinkState.LIVE,)
_KINDS: Final = ("up", "refused", "down", "off")
"""What is told first of several links."""
_WORDS: Final = {"ok": "live", "warning": "reconnecting", "offline": "offline", "critical": "refused"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the strip: from and until which share of its width, and the token of its colour."""

    start: float
    end: float
    token: str


@dataclass(frozen=True, slots=True)
class StripView:
    """Segments in their order, without overlap; what they leave out was before this program began."""

    segments: tuple[Segment, ...]
    text: str
    """The same in words."""


History = tuple[LinkReport, Sequence[LinkStep]]
"""A link and its steps, oldest first."""


def down_since(histories: Sequence[History]) -> float:
    """When any of these links was last live, or since when they are as they are; NaN while one is live."""
    if any(report.state in _UP for report, _ in histories):
        return math.nan
    return max((_down_since(report, steps) for report, steps in histories), default=math.nan)


def _down_since(report: LinkReport, steps: Sequence[LinkStep]) -> float:
    first = report.since
    for step in reversed(steps):
        if step.after in _UP:
            return first
        first = step.time
        if step.before in _UP:
            return first
    return min(first, report.since)


def strip(histories: Sequence[History], now: float) -> StripView:
    """The strip at ``now`` of a machine with these links: it is reached while one of them is live."""
    end = math.ceil(now / GRID) * GRID
    start = end - SPAN
    segments: list[Segment] = []
    seconds: dict[str, float] = {}
    for begun, ended, token in _stretches(histories, now):
        left, right = max(begun, start), min(ended, end)
        if right <= left and ended < now:
            continue
        seconds[token] = seconds.get(token, 0.0) + right - left
        # The newest stretch goes on: it reaches the end of the strip, not of this second.
        share = 1.0 if ended >= now else (right - start) / SPAN
        segments.append(Segment((left - start) / SPAN, share, token))
    told = ", ".join(f"{_WORDS[token]} {fmt.duration(length)}" for token, length in seconds.items() if length >= 1.0)
    return StripView(tuple(segments), told or "nothing is known yet")


def _stretches(histories: Sequence[History], now: float) -> list[tuple[float, float, str]]:
    """Begin, end and token of every stretch of time that had one colour, oldest first."""
    changes = sorted(
        (time, at, kind) for at, (report, steps) in enumerate(histories) for time, kind in _changes(report, steps)
    )
    kinds: dict[int, str] = {}
    found: list[tuple[float, float, str]] = []
    for number, (begun, at, kind) in enumerate(changes):
        kinds[at] = kind
        ended = changes[number + 1][0] if number + 1 < len(changes) else max(now, begun)
        best = min(kinds.values(), key=_KINDS.index)
        if found and found[-1][2] == best:
            found[-1] = (found[-1][0], ended, best)
        elif ended > begun or number + 1 == len(changes):
            found.append((begun, ended, best))
    return [(begun, ended, _token(kind, ended - begun)) for begun, ended, kind in found]


def _changes(report: LinkReport, steps: Sequence[LinkStep]) -> list[tuple[float, str]]:
    changes = [(step.time, _kind(step.after)) for step in steps if step.before is not step.after]
    if not changes:
        return [(report.since, _kind(report.state))]
    if steps[0].before in _UP:
        # How long it was so before the first step is not told; a day of steps is more than the strip shows.
        changes.insert(0, (changes[0][0] - SPAN, "up"))
    return changes


def _kind(state: LinkState) -> str:
    if state in _UP:
        return "up"
    if state is LinkState.REFUSED:
        return "refused"
    return "off" if state in (LinkState.DISABLED, LinkState.CLOSING) else "down"


def _token(kind: str, seconds: float) -> str:
    if kind == "down":
        return "offline" if seconds >= OFFLINE_AFTER else "warning"
    return {"up": "ok", "refused": "critical", "off": "offline"}[kind]
