"""Compressed RAM disks: ``/sys/block/zram*/mm_stat`` (Linux), a part of the family ``memory``.

https://docs.kernel.org/admin-guide/blockdev/zram.html
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import SysFile, read_number
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import Series, series

_STATES: Final = ("original", "compressed", "memory")
_READS_BETWEEN_SEARCHES: Final = 30
"""Devices appear and go by an administrator's hand only; listing /sys/block on each tick would
cost more than everything else of the family."""


def parse_mm_stat(data: bytes) -> tuple[float, float, float]:
    """Bytes before compression, after it, and taken from RAM. Raises CollectorFailed."""
    try:
        original, compressed, taken = data.split()[:3]
        return float(int(original)), float(int(compressed)), float(int(taken))
    except (ValueError, OverflowError) as error:
        raise CollectorFailed(f"mm_stat of a zram device is not understood: {data[:80]!r}") from error


class ZramDevices:
    """The zram devices that are set up (``disksize`` above 0)."""

    def __init__(self, sys: Path) -> None:
        self._block = sys / "block"
        self._files: dict[str, SysFile] = {}
        self._reads = 0
        self.series: tuple[Series, ...] = ()
        """Series of the last `read`: the same tuple while the devices are the same."""

    def read(self) -> list[float]:
        """Values in the order of `series`; NaN for a device that went away since the last search."""
        if self._reads % _READS_BETWEEN_SEARCHES == 0:
            self._search()
        self._reads += 1
        values: list[float] = []
        for file in self._files.values():
            try:
                values += parse_mm_stat(file.read())
            except (OSError, CollectorFailed):
                # One odd device must not cost the machine its memory figures.
                values += (math.nan, math.nan, math.nan)
        return values

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _search(self) -> None:
        found = {
            name
            for name in entries(self._block)
            if name.startswith("zram") and read_number(self._block / name / "disksize") > 0
        }
        if found == self._files.keys():
            return
        self.close()
        self._files = {name: SysFile(self._block / name / "mm_stat") for name in sorted(found)}
        self.series = tuple(series(names.ZRAM_USAGE, name, state) for name in self._files for state in _STATES)
