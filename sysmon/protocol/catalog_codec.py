"""Catalogs as messages and back: whole, or as the difference to the one before.

What comes from a peer is checked by its digest, so a difference that was put together wrongly is
found at once. A metric that this program declares alike becomes that very declaration. Knows no
session; who remembers catalogs keeps them by channel and revision.
"""

from __future__ import annotations

import math
from typing import Final

from sysmon.model import names
from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog, Missing
from sysmon.protocol import messages as m
from sysmon.protocol import shared

NO_DIFFERENCE: Final = 1024
"""Parts of a difference above which the whole catalog is sent."""
_NEW: Final = -1
_KINDS: Final = {kind.value: kind for kind in Kind}


def whole(channel: int, revision: int, host: m.Host, catalog: Catalog, interval: float) -> m.Catalog:
    """``catalog`` as a message."""
    metrics, entries = _entries(catalog, range(len(catalog.series)))
    return m.Catalog(
        channel, revision, host, catalog.digest, metrics, entries, _missing_entries(catalog.missing), interval
    )


def change(channel: int, base: int, before: Catalog, revision: int, catalog: Catalog) -> m.Change | None:
    """``catalog`` as a difference to ``before``; None where sending it whole is better."""
    parts: list[tuple[int, int]] = []
    new: list[int] = []
    for at, series in enumerate(catalog.series):
        old = before.index.get(series, _NEW)
        if old == _NEW or not _same(before, old, catalog, at):
            old = _NEW
            new.append(at)
        first, count = parts[-1] if parts else (_NEW, 0)
        if count and old == (first if first == _NEW else first + count):
            parts[-1] = (first, count + 1)
        else:
            parts.append((old, 1))
    if len(parts) > NO_DIFFERENCE or 2 * len(new) > len(catalog.series):
        return None
    metrics, entries = _entries(catalog, new)
    return m.Change(channel, base, revision, catalog.digest, parts, metrics, entries, _missing_entries(catalog.missing))


def _same(before: Catalog, old: int, catalog: Catalog, at: int) -> bool:
    one, other = before.series[old].metric, catalog.series[at].metric
    alike = one is other or (one.unit, one.kind, one.scale) == (other.unit, other.kind, other.scale)
    return alike and before.intervals[old] == catalog.intervals[at]


def _entries(catalog: Catalog, places: range | list[int]) -> tuple[list[m.MetricEntry], list[m.SeriesEntry]]:
    metrics: dict[tuple[int, tuple[str, ...]], int] = {}
    declared: list[m.MetricEntry] = []
    entries: list[m.SeriesEntry] = []
    for at in places:
        series = catalog.series[at]
        metric = series.metric
        attributes = tuple(name for name, _ in series.attributes)
        number = metrics.get((id(metric), attributes))
        if number is None:
            number = metrics[id(metric), attributes] = len(declared)
            declared.append(
                m.MetricEntry(metric.name, metric.unit, metric.kind.value, metric.scale, metric.help, list(attributes))
            )
        entries.append(m.SeriesEntry(number, [value for _, value in series.attributes], catalog.intervals[at]))
    return declared, entries


def _missing_entries(missing: tuple[Missing, ...]) -> list[m.MissingEntry]:
    return [m.MissingEntry(text(one.subject, 256), text(one.reason)) for one in missing[:1024]]


def text(value: str, limit: int = 4096) -> str:
    """``value`` as it can travel: at most ``limit`` characters, a question mark for each byte that was no UTF-8."""
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value if len(value) <= limit else value[:limit]


def read_whole(message: m.Catalog, most: int) -> Catalog:
    """The catalog of ``message``, of at most ``most`` series.

    Raises RemoteProtocolError where it does not make sense or is not what its digest says.
    """
    if len(message.series) > most:
        raise RemoteProtocolError(f"{len(message.series)} series", Reason.TOO_MANY_SERIES)
    series, intervals = _read_entries(message.metrics, message.series)
    return _built(series, intervals, message.missing, message.digest)


def read_change(message: m.Change, before: Catalog, most: int) -> Catalog:
    """The catalog that ``message`` makes of ``before``, of at most ``most`` series.

    Raises RemoteProtocolError where it does not make sense or is not what its digest says.
    """
    if sum(count for _, count in message.parts) > most:
        raise RemoteProtocolError("more series than was agreed", Reason.TOO_MANY_SERIES)
    new, new_intervals = _read_entries(message.metrics, message.series)
    series: list[Series] = []
    intervals: list[float] = []
    taken = 0
    for first, count in message.parts:
        end = (taken if first < 0 else first) + count
        if end > (len(new) if first < 0 else len(before.series)):
            raise _bad("a difference names series that do not exist")
        if first < 0:
            series += new[taken:end]
            intervals += new_intervals[taken:end]
            taken = end
        else:
            series += before.series[first:end]
            intervals += before.intervals[first:end]
    return _built(series, intervals, message.missing, message.digest)


def _built(series: list[Series], intervals: list[float], missing: list[m.MissingEntry], digest: str) -> Catalog:
    if len({one.key for one in series}) != len(series):
        raise _bad("a series twice")
    told = tuple(Missing(entry.subject, entry.reason) for entry in missing)
    catalog = Catalog(tuple(series), told, tuple(intervals))
    if catalog.digest != digest:
        raise _bad(f"a catalog with digest {catalog.digest} was announced as {digest}")
    return shared.catalog(catalog)


def _read_entries(metrics: list[m.MetricEntry], entries: list[m.SeriesEntry]) -> tuple[list[Series], list[float]]:
    specs = [_spec(entry) for entry in metrics]
    series: list[Series] = []
    intervals: list[float] = []
    for entry in entries:
        if entry.metric >= len(specs):
            raise _bad(f"metric {entry.metric} of {len(specs)}")
        attributes = metrics[entry.metric].attributes
        if len(attributes) != len(entry.values):
            raise _bad(f"{len(entry.values)} values for {len(attributes)} attributes")
        if not 0.0 <= entry.interval < math.inf:
            raise _bad(f"an interval of {entry.interval}")
        series.append(shared.series(specs[entry.metric], tuple(zip(attributes, entry.values, strict=True))))
        intervals.append(entry.interval)
    return series, intervals


def _spec(entry: m.MetricEntry) -> MetricSpec:
    kind = _KINDS.get(entry.kind)
    if kind is None:
        raise _bad(f"a metric of kind {entry.kind}")
    if not 0.0 < entry.scale < math.inf:
        raise _bad(f"a scale of {entry.scale}")
    known = names.METRICS.get(entry.name)
    if known is not None and (known.unit, known.kind, known.scale, list(known.attributes)) == (
        entry.unit,
        kind,
        entry.scale,
        entry.attributes,
    ):
        return known
    return shared.metric(entry.name, entry.unit, kind, entry.scale, entry.help, tuple(entry.attributes))


def _bad(text: str) -> RemoteProtocolError:
    return RemoteProtocolError(text, Reason.BAD_CATALOG)
