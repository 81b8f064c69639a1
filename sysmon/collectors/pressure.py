"""Pressure stall information: ``/proc/pressure`` (Linux 4.20 and newer).

https://docs.kernel.org/accounting/psi.html
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, close_all
from sysmon.model import names
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

RESOURCES: Final = ("cpu", "memory", "io")
_KINDS: Final = (b"some", b"full")
_ABSENT: Final = (
    "this kernel gives no pressure figures: it was booted with psi=0 or has them off by default "
    "(add psi=1 to its command line), was built without CONFIG_PSI, or is older than 4.20"
)


def parse_pressure(data: bytes) -> dict[bytes, tuple[float, float]]:
    """Kind (``some``, ``full``) to total stall time in seconds and to the share of the last 10 s (0 to 1).

    Raises CollectorFailed where ``data`` is not such a file. ``full`` of the cpu is absent before Linux 5.13.
    """
    found: dict[bytes, tuple[float, float]] = {}
    try:
        for line in data.splitlines():
            kind, avg10, _, _, total = line.split()
            if kind in _KINDS and avg10.startswith(b"avg10=") and total.startswith(b"total="):
                found[kind] = (int(total[6:]) / 1e6, round(float(avg10[6:]) / 100.0, 4))
    except (ValueError, OverflowError) as error:
        raise CollectorFailed(f"a file of /proc/pressure is not understood: {data[:80]!r}") from error
    if b"some" not in found:
        raise CollectorFailed(f"a file of /proc/pressure is not understood: {data[:80]!r}")
    return found


class PressureCollector:
    """Family ``pressure``."""

    family = "pressure"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        del sys
        self._files = {resource: KeptFile(proc / "pressure" / resource) for resource in RESOURCES}
        self._shape: tuple[tuple[str, bytes], ...] | None = None
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        values: list[float] = []
        shape: list[tuple[str, bytes]] = []
        for resource, file in self._files.items():
            for kind, pair in parse_pressure(_content(file)).items():
                shape.append((resource, kind))
                values += pair
        if tuple(shape) != self._shape:
            self._shape = tuple(shape)
            self._lay_out(self._shape)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        close_all(self._files.values())

    def _lay_out(self, shape: tuple[tuple[str, bytes], ...]) -> None:
        layout: list[Series] = []
        for resource, kind in shape:
            layout += (
                series(names.PRESSURE_TIME, resource, kind.decode()),
                series(names.PRESSURE_AVG10, resource, kind.decode()),
            )
        self._series = tuple(layout)
        self._missing = tuple(
            Missing(
                series(names.PRESSURE_TIME, resource, kind.decode()).key,
                f"this kernel does not count {kind.decode()} pressure of {resource}",
            )
            for resource in RESOURCES
            for kind in _KINDS
            if (resource, kind) not in shape
        )


def _content(file: KeptFile) -> bytes:
    try:
        return file.read()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CollectorUnavailable(_ABSENT) from error
    except PermissionError as error:
        raise CollectorUnavailable(f"this user may not read {file.path}") from error
    except OSError as error:
        # Kernels that have the files but PSI switched off refuse every read of them.
        if error.errno == errno.EOPNOTSUPP:
            raise CollectorUnavailable(_ABSENT) from error
        raise
