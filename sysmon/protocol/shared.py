"""Declarations that many machines make alike, kept once: a hub has the series of thousands of machines in memory.

What is shared is immutable, so nobody sees the others. Bounded: when strangers declared too many, all is forgotten, and what is
in use stays with those who use it. Knows no message.
"""

from __future__ import annotations

from typing import Final

from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog

MOST: Final = 50_000
"""Series, and as many metrics."""
MOST_CATALOGS: Final = 64

_metrics: Final[dict[tuple[str, str, Kind, float, str, tuple[str, ...]], MetricSpec]] = {}
_series: Final[dict[tuple[MetricSpec, tuple[tuple[str, str], ...]], Series]] = {}
_catalogs: Final[dict[str, Catalog]] = {}


def metric(name: str, unit: str, kind: Kind, scale: float, help_text: str, attributes: tuple[str, ...]) -> MetricSpec:
    """The metric that is declared so."""
    key = (name, unit, kind, scale, help_text, attributes)
    found = _metrics.get(key)
    if found is None:
        if len(_metrics) >= MOST:
            _metrics.clear()
        found = _metrics[key] = MetricSpec(*key)
    return found


def series(of: MetricSpec, attributes: tuple[tuple[str, str], ...]) -> Series:
    """The series of a metric with these attributes."""
    key = (of, attributes)
    found = _series.get(key)
    if found is None:
        if len(_series) >= MOST:
            _series.clear()
        found = Series(of, attributes)
        _series[of, found.attributes] = found
    return found


def catalog(made: Catalog) -> Catalog:
    """``made``, or one that was made before and is the same in every way."""
    known = _catalogs.pop(made.digest, made)
    alike = known.missing == made.missing and known.intervals == made.intervals and _same(known.series, made.series)
    found = known if alike else made
    _catalogs[made.digest] = found
    if len(_catalogs) > MOST_CATALOGS:
        del _catalogs[next(iter(_catalogs))]
    return found


def _same(one: tuple[Series, ...], other: tuple[Series, ...]) -> bool:
    # Series are equal by their keys; what counts here is that the declarations are the same ones too.
    return len(one) == len(other) and all(map(_is, one, other))


def _is(one: Series, other: Series) -> bool:
    return one is other
