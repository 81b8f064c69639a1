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


def down_since(report: LinkReport, steps: Sequence[LinkStep]) -> float:
    """When ``report`` was last live; where its ``steps`` do not tell, since when it is as it is. NaN while it is live."""
    if report.state in _UP:
        return math.nan
    first = report.since
    for step in reversed(steps):
        if step.after in _UP:
            return first
        first = step.time
        if step.before in _UP:
            return first
    return min(first, report.since)


def strip(report: LinkReport, steps: Sequence[LinkStep], now: float) -> StripView:
    """The strip of ``report`` at ``now``; ``steps`` are its own, oldest first."""
    end = math.ceil(now / GRID) * GRID
    start = end - SPAN
    stretches = _stretches(report, steps, now)
    segments: list[Segment] = []
    seconds: dict[str, float] = {}
    for begun, ended, token in stretches:
        left, right = max(begun, start), min(ended, end)
        if right <= left:
            continue
        seconds[token] = seconds.get(token, 0.0) + right - left
        # The newest stretch goes on: it reaches the end of the strip, not of this second.
        share = 1.0 if ended >= now else (right - start) / SPAN
        segments.append(Segment((left - start) / SPAN, share, token))
    told = ", ".join(f"{_WORDS[token]} {fmt.duration(length)}" for token, length in seconds.items() if length >= 1.0)
    return StripView(tuple(segments), told or "nothing is known yet")


def _stretches(report: LinkReport, steps: Sequence[LinkStep], now: float) -> list[tuple[float, float, str]]:
    """Begin, end and token of every stretch of time that had one colour, oldest first."""
    changes = [(step.time, step.after) for step in steps if step.before is not step.after]
    if not changes:
        changes = [(report.since, report.state)]
    elif steps[0].before in _UP:
        # How long it was so before the first step is not told; a day of steps is more than the strip shows.
        changes.insert(0, (changes[0][0] - SPAN, steps[0].before))
    found: list[tuple[float, float, str]] = []
    for at, (begun, state) in enumerate(changes):
        ended = changes[at + 1][0] if at + 1 < len(changes) else now
        kind = _kind(state)
        if found and found[-1][2] == kind:
            found[-1] = (found[-1][0], ended, kind)
        elif ended > begun or at + 1 == len(changes):
            found.append((begun, ended, kind))
    return [(begun, ended, _token(kind, ended - begun)) for begun, ended, kind in found]


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
