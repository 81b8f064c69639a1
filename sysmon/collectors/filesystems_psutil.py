"""Space of mounted file systems through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import math

import psutil

from sysmon.collectors.contract import Pace
from sysmon.collectors.sysfs import reason_of
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_Place = tuple[str, str, str]


class FilesystemsPsutilCollector:
    """Family ``filesystems``: those that psutil takes for physical (disks, memory sticks)."""

    family = "filesystems"
    pace = Pace(interval=10.0, limit=2.0)

    def __init__(self) -> None:
        self._places: tuple[_Place, ...] = ()
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        # A drive without a medium has no type on Windows. One device can be mounted twice.
        mounted = {(part.device, part.fstype): part.mountpoint for part in reversed(psutil.disk_partitions(all=False))}
        places = tuple(sorted((device, point, kind) for (device, kind), point in mounted.items() if kind))
        if not places:
            raise CollectorUnavailable("no file system on a disk is mounted here")
        if places != self._places:
            self._lay_out(places)
        values: list[float] = []
        missing = [Missing(names.FILESYSTEM_INODES.name, "psutil does not tell it")]
        for place in places:
            try:
                usage = psutil.disk_usage(place[1])
            except OSError as error:
                missing.append(Missing(series(names.FILESYSTEM_LIMIT, *place).key, reason_of(error)))
                values += (math.nan,) * 4
            else:
                reserved = max(0, usage.total - usage.used - usage.free)
                values += (float(usage.used), float(usage.free), float(reserved), float(usage.total))
        return Reading(self._series, values, tuple(missing))

    def close(self) -> None:
        """Nothing is kept open."""

    def _lay_out(self, places: tuple[_Place, ...]) -> None:
        layout: list[Series] = []
        for place in places:
            layout += (series(names.FILESYSTEM_USAGE, *place, state) for state in ("used", "free", "reserved"))
            layout.append(series(names.FILESYSTEM_LIMIT, *place))
        self._places, self._series = places, tuple(layout)
