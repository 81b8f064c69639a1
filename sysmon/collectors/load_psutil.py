"""Load averages and uptime through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import time
from typing import Final

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing, Reading

_SERIES: Final = (series(names.LOAD_1M), series(names.LOAD_5M), series(names.LOAD_15M), series(names.UPTIME))
_MISSING: Final = (Missing(names.THREADS.name, "this system does not count the threads of all processes"),)


class LoadPsutilCollector:
    """Family ``load``. On Windows psutil makes the averages itself, from the first reading on."""

    family = "load"
    pace = Pace()

    def read(self) -> Reading:
        # The time of boot is a wall-clock time on these systems, so this differs from the true
        # uptime by every step of the clock since then.
        uptime = max(0.0, time.time() - psutil.boot_time())
        return Reading(_SERIES, (*psutil.getloadavg(), uptime), _MISSING)

    def close(self) -> None:
        """Nothing is kept open."""
