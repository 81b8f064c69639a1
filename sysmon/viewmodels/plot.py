"""What a plot shows: lines over one time axis, gaps, scale and words. Knows no pixels and no Qt.

Widgets draw a `PlotView` and nothing else; view-models make one from the store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeScope:
    """The span that the whole window shows, in seconds since 1970."""

    start: float
    end: float
    live: bool
    """True while the end follows the newest sample."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot.

    ``times`` ascend, in seconds since 1970; ``values`` has the same length, NaN breaks the line.
    ``hue`` is the name of a theme token ("cpu", "memory", "disk", …), never a colour.
    """

    name: str
    hue: str
    times: Sequence[float]
    values: Sequence[float]
    text: str
    """The live value, formatted ("171 MB/s"), for the legend."""
    dashed: bool = False
    area: bool = True
    faint: bool = False
    """Drawn paler: a second series of a kind (cache beside used memory)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without data and the reason, in words ("link lost", "asleep", "not running")."""

    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """Everything a plot needs. ``top`` is the upper end of the value axis, its lower end is 0."""

    scope: TimeScope
    lines: tuple[Line, ...]
    top: float
    format_value: Callable[[float], str]
    spoken: str
    """A sentence that says what the chart shows, for screen readers."""
    gaps: tuple[Gap, ...] = ()
    marks: tuple[float, ...] = ()
    """Moments that the user marked, in seconds since 1970."""
    stacked: bool = False
    """True where each line's values already include those of the lines before it."""
    missing: str | None = None
    """Why there is nothing to draw, or None."""


@dataclass(frozen=True, slots=True)
class CardView:
    """One card: title, one figure, one line of context, one plot.

    ``figure`` is "–" where unknown, and then ``reason`` says why.
    """

    title: str
    hue: str
    figure: str
    context: str
    plot: PlotView | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FactView:
    """A row of facts: label, value, a quiet note at the right."""

    label: str
    value: str
    note: str = ""
    reason: str | None = None
    """Why the value is unknown, shown as tool tip."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One small cell (a core, a sensor): label, share 0 to 1 (NaN unknown), text, and a trace."""

    label: str
    share: float
    text: str
    trace: Sequence[float] = ()
    """Values of 0 to 1 at even steps, oldest first, for a sparkline."""
