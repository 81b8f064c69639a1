"""File systems as rows: how full, of what, inodes, or why unknown. Knows no pixels."""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.readings import Readings, attribute

FAMILY = "filesystems"


@dataclass(frozen=True, slots=True)
class FilesystemRow:
    """One mounted file system. Texts are "–" where unknown, then ``reason`` says why."""

    mountpoint: str
    device: str
    kind: str
    share: float
    """Used share of what everybody may use, as df(1) reckons; NaN where unknown."""
    percent: str
    used: str
    free: str
    limit: str
    inodes: str
    """Used share of inodes; empty where the file system makes them as it needs them."""
    reason: str | None = None


class Filesystems:
    """The file systems of a host, the fullest first."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def rows(self) -> tuple[FilesystemRow, ...]:
        """One row for each; those of unknown size last."""
        rows = [self._row(s) for s in self._readings.select(names.FILESYSTEM_LIMIT)]
        return tuple(sorted(rows, key=lambda row: -row.share if row.share == row.share else 1.0))

    def missing(self) -> str:
        """Why there are no rows."""
        return self._readings.why(FAMILY, names.FILESYSTEM_LIMIT)

    def _row(self, limit: Series) -> FilesystemRow:
        readings, units = self._readings, self._readings.units
        place = dict.fromkeys(("device", "mountpoint", "type"), "")
        for name in place:
            place[name] = attribute(limit, name) or ""

        used, free = (self._part(names.FILESYSTEM_USAGE.name, limit, state) for state in ("used", "free"))
        taken, left = (self._part(names.FILESYSTEM_INODES.name, limit, state) for state in ("used", "free"))
        share = used / (used + free) if used + free > 0 else float("nan")
        return FilesystemRow(
            place["mountpoint"],
            place["device"],
            place["type"],
            share,
            fmt.percent(share),
            units.size(used),
            units.size(free),
            units.limit(readings.now(limit)),
            fmt.percent(taken / (taken + left)) if taken + left > 0 else "",
            None if share == share else readings.why(limit.key, FAMILY),
        )

    def _part(self, metric: str, limit: Series, state: str) -> float:
        """Value of ``metric`` in ``state`` of the file system that ``limit`` belongs to."""
        for s in self._readings.catalog.by_metric.get(metric, ()):
            if s.attributes[: len(limit.attributes)] == limit.attributes and attribute(s, "state") == state:
                return self._readings.now(s)
        return float("nan")
