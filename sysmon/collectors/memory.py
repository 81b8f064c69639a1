"""Memory, swap and page faults from ``/proc/meminfo`` and ``/proc/vmstat`` (Linux), and zram devices.

Fields of meminfo: https://docs.kernel.org/filesystems/proc.html (meminfo); of ``mm_stat``:
https://docs.kernel.org/admin-guide/blockdev/zram.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile
from sysmon.collectors.zram import ZramDevices
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_KIB: Final = 1024.0
_REQUIRED: Final = (b"MemTotal", b"MemFree", b"Cached")

_OPTIONAL: Final[tuple[tuple[Series, tuple[bytes, ...], Callable[[Mapping[bytes, float]], float]], ...]] = (
    (series(names.MEMORY_AVAILABLE), (b"MemAvailable",), lambda m: m[b"MemAvailable"]),
    (series(names.MEMORY_SHARED), (b"Shmem",), lambda m: m[b"Shmem"]),
    (series(names.MEMORY_SLAB, "reclaimable"), (b"SReclaimable",), lambda m: m[b"SReclaimable"]),
    (series(names.MEMORY_SLAB, "unreclaimable"), (b"SUnreclaim",), lambda m: m[b"SUnreclaim"]),
    (series(names.MEMORY_DIRTY), (b"Dirty", b"Writeback"), lambda m: m[b"Dirty"] + m[b"Writeback"]),
    (series(names.MEMORY_COMMITTED), (b"Committed_AS",), lambda m: m[b"Committed_AS"]),
    (series(names.SWAP_USAGE, "used"), (b"SwapTotal", b"SwapFree"), lambda m: m[b"SwapTotal"] - m[b"SwapFree"]),
    (series(names.SWAP_USAGE, "free"), (b"SwapTotal", b"SwapFree"), lambda m: m[b"SwapFree"]),
    (
        series(names.MEMORY_HUGE_PAGES, "used"),
        (b"HugePages_Total", b"HugePages_Free", b"Hugepagesize"),
        lambda m: (m[b"HugePages_Total"] - m[b"HugePages_Free"]) * m[b"Hugepagesize"],
    ),
    (
        series(names.MEMORY_HUGE_PAGES, "free"),
        (b"HugePages_Total", b"HugePages_Free", b"Hugepagesize"),
        lambda m: m[b"HugePages_Free"] * m[b"Hugepagesize"],
    ),
    (series(names.ZSWAP_USAGE, "original"), (b"Zswapped",), lambda m: m[b"Zswapped"]),
    (series(names.ZSWAP_USAGE, "compressed"), (b"Zswap",), lambda m: m[b"Zswap"]),
)
"""A series, the fields it needs, and its value in KiB (pages of huge pages times their size)."""

_ALWAYS: Final = (
    series(names.MEMORY_USAGE, "used"),
    series(names.MEMORY_USAGE, "free"),
    series(names.MEMORY_USAGE, "buffers"),
    series(names.MEMORY_USAGE, "cached"),
    series(names.MEMORY_LIMIT),
)
_SWAP_IO: Final = (series(names.SWAP_IO, "in"), series(names.SWAP_IO, "out"))
_FAULTS: Final = (series(names.PAGE_FAULTS, "minor"), series(names.PAGE_FAULTS, "major"))


def parse_meminfo(data: bytes) -> dict[bytes, float]:
    """Field to value, as printed: KiB, or pages for ``HugePages_*``. Raises CollectorFailed."""
    values: dict[bytes, float] = {}
    try:
        for line in data.splitlines():
            name, _, rest = line.partition(b":")
            values[name] = float(int(rest.split(None, 1)[0]))
    except (ValueError, IndexError, OverflowError) as error:
        raise CollectorFailed(f"/proc/meminfo is not understood: {error}") from error
    lacking = [name.decode() for name in _REQUIRED if name not in values]
    if lacking:
        raise CollectorFailed(f"/proc/meminfo has no {', '.join(lacking)}")
    return values


def composition(m: Mapping[bytes, float]) -> tuple[float, float, float, float, float]:
    """Used, free, buffers, cached and limit in bytes; the first four add up to the last.

    Cached holds reclaimable slab and leaves out shared memory, which cannot be dropped: so
    ``used`` is what programs and the kernel hold, as htop counts it.
    """
    limit, free, buffers = m[b"MemTotal"], m[b"MemFree"], m.get(b"Buffers", 0.0)
    cached = max(0.0, m[b"Cached"] + m.get(b"SReclaimable", 0.0) - m.get(b"Shmem", 0.0))
    used = max(0.0, limit - free - buffers - cached)
    return used * _KIB, free * _KIB, buffers * _KIB, cached * _KIB, limit * _KIB


def vmstat_pair(data: bytes, first: bytes, second: bytes) -> tuple[float, float] | None:
    """The values of two fields of ``/proc/vmstat``; None where one of them is absent.

    The file has about 200 lines of which four are wanted, so they are looked for instead of
    parsing it. Raises CollectorFailed on a value that is no number.
    """
    found: list[float] = []
    for field in (b"\n%b " % first, b"\n%b " % second):
        at = data.find(field)
        if at < 0:
            return None
        start = at + len(field)
        end = data.find(b"\n", start)
        try:
            found.append(float(int(data[start : end if end >= 0 else len(data)])))
        except (ValueError, OverflowError) as error:
            raise CollectorFailed(f"/proc/vmstat is not understood: {data[at : at + 60]!r}") from error
    return found[0], found[1]


class MemoryCollector:
    """Family ``memory``."""

    family = "memory"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        self._meminfo = KeptFile(proc / "meminfo")
        self._vmstat = KeptFile(proc / "vmstat")
        self._zram = ZramDevices(sys)
        self._minor = 0.0
        self._shape: tuple[object, ...] | None = None
        self._present: tuple[Callable[[Mapping[bytes, float]], float], ...] = ()
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        fields = parse_meminfo(self._meminfo.require())
        vmstat = self._read_vmstat()
        swap_io = vmstat_pair(vmstat, b"pswpin", b"pswpout")
        faults = vmstat_pair(vmstat, b"pgfault", b"pgmajfault")
        zram = self._zram.read()
        shape = (tuple(fields), swap_io is None, faults is None, self._zram.series)
        if shape != self._shape:
            self._lay_out(fields, _SWAP_IO if swap_io else (), _FAULTS if faults else ())
            self._shape = shape
        values = [*composition(fields)]
        values += (value(fields) * _KIB for value in self._present)
        values += swap_io or ()
        values += self._minor_and_major(*faults) if faults else ()
        values += zram
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        self._meminfo.close()
        self._vmstat.close()
        self._zram.close()

    def _read_vmstat(self) -> bytes:
        try:
            return self._vmstat.read()
        except OSError:
            # Sandboxes hide it; what it would have told is then reported as missing.
            return b""

    def _minor_and_major(self, faults: float, major: float) -> tuple[float, float]:
        # The kernel counts a major fault when it begins and every fault when it ends, so the
        # difference can dip by a few for a moment. A counter must not.
        self._minor = max(self._minor, faults - major)
        return self._minor, major

    def _lay_out(self, fields: Mapping[bytes, float], swap_io: tuple[Series, ...], faults: tuple[Series, ...]) -> None:
        present = [row for row in _OPTIONAL if all(name in fields for name in row[1])]
        missing = [
            Missing(wanted.key, f"this kernel does not print {', '.join(n.decode() for n in needs)} in /proc/meminfo")
            for wanted, needs, _ in _OPTIONAL
            if not all(name in fields for name in needs)
        ]
        missing += (
            Missing(metric.name, "/proc/vmstat lacks it, or cannot be read")
            for metric, present_series in ((names.SWAP_IO, swap_io), (names.PAGE_FAULTS, faults))
            if not present_series
        )
        self._present = tuple(row[2] for row in present)
        self._series = (*_ALWAYS, *(row[0] for row in present), *swap_io, *faults, *self._zram.series)
        self._missing = tuple(missing)
