"""Traffic of whole disks through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_MILLISECONDS = 1000.0


class DiskIoPsutilCollector:
    """Family ``disk_io``. Asks drivers on Windows, so it is read beside the tick."""

    family = "disk_io"
    pace = Pace(interval=1.0, limit=2.0)

    def __init__(self) -> None:
        self._disks: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        # nowrap=False: a counter that wraps or starts anew is for whoever makes the rates.
        found = psutil.disk_io_counters(perdisk=True, nowrap=False)
        if not found:
            raise CollectorUnavailable(
                "this system counts no disk traffic (on Windows Server: diskperf -y switches it on)"
            )
        disks = tuple(sorted(found))
        busy = all(hasattr(found[disk], "busy_time") for disk in disks)
        if disks != self._disks:
            self._lay_out(disks, busy)
        values: list[float] = []
        for disk in disks:
            counters = found[disk]
            values += (float(counters.read_bytes), float(counters.write_bytes))
            values += (float(counters.read_count), float(counters.write_count))
            values += (counters.read_time / _MILLISECONDS, counters.write_time / _MILLISECONDS)
            if busy:
                values.append(float(getattr(counters, "busy_time", 0)) / _MILLISECONDS)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        """Nothing is kept open."""

    def _lay_out(self, disks: tuple[str, ...], busy: bool) -> None:
        layout: list[Series] = []
        for disk in disks:
            for metric in (names.DISK_IO, names.DISK_OPERATIONS, names.DISK_OPERATION_TIME):
                layout += (series(metric, disk, "read"), series(metric, disk, "write"))
            if busy:
                layout.append(series(names.DISK_IO_TIME, disk))
        absent = (
            (names.DISK_QUEUE_TIME, names.DISK_LIMIT)
            if busy
            else (
                names.DISK_IO_TIME,
                names.DISK_QUEUE_TIME,
                names.DISK_LIMIT,
            )
        )
        self._disks, self._series = disks, tuple(layout)
        self._missing = tuple(Missing(metric.name, "this system does not tell it") for metric in absent)
