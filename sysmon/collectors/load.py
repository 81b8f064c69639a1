"""Load averages, threads and uptime from ``/proc/loadavg`` and ``/proc/uptime`` (Linux)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, close_all
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import series
from sysmon.model.sample import Reading

_SERIES: Final = (
    series(names.LOAD_1M),
    series(names.LOAD_5M),
    series(names.LOAD_15M),
    series(names.THREADS),
    series(names.UPTIME),
)


def parse_loadavg(data: bytes) -> tuple[float, float, float, float]:
    """Load over 1, 5 and 15 minutes and the number of threads (proc_loadavg(5)).

    Raises CollectorFailed where ``data`` is not such a line.
    """
    try:
        one, five, fifteen, entities, _ = data.split()
        return float(one), float(five), float(fifteen), float(int(entities.partition(b"/")[2]))
    except (ValueError, OverflowError) as error:
        raise CollectorFailed(f"/proc/loadavg is not understood: {data[:80]!r}") from error


def parse_uptime(data: bytes) -> float:
    """Seconds since boot, suspend included (proc_uptime(5)). Raises CollectorFailed."""
    try:
        return float(data.split()[0])
    except (ValueError, IndexError) as error:
        raise CollectorFailed(f"/proc/uptime is not understood: {data[:80]!r}") from error


class LoadCollector:
    """Family ``load``."""

    family = "load"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        del sys
        self._loadavg = KeptFile(proc / "loadavg")
        self._uptime = KeptFile(proc / "uptime")

    def read(self) -> Reading:
        return Reading(_SERIES, (*parse_loadavg(self._loadavg.require()), parse_uptime(self._uptime.require())))

    def close(self) -> None:
        close_all((self._loadavg, self._uptime))
