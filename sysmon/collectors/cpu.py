"""CPU times, per-core times, context switches, interrupts and processes from ``/proc/stat`` (Linux).

Layout of the file: https://docs.kernel.org/filesystems/proc.html (1.7). Frequencies are a family
of their own (`cpu_frequency`): reading them may wake every core.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, attribute, entries
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

MODES: Final = ("user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal")
"""The columns of a ``cpu`` line in kernel order. The two guest columns after them are already
counted inside user and nice, so they are left out."""

_IDLE: Final = 3
_IOWAIT: Final = 4
_FEWEST_COLUMNS: Final = 4
_EVENTS: Final[dict[bytes, Series]] = {
    b"ctxt": series(names.CONTEXT_SWITCHES),
    b"intr": series(names.INTERRUPTS),
    b"processes": series(names.PROCESS_CREATED),
    b"procs_running": series(names.PROCESS_COUNT, "running"),
    b"procs_blocked": series(names.PROCESS_COUNT, "blocked"),
}


@dataclass(frozen=True, slots=True)
class CpuTimes:
    """One reading of the ``cpu`` lines, in kernel ticks.

    ``total[m]`` is the machine in mode ``MODES[m]`` (shorter on kernels that lack the last modes);
    ``busy[i]`` and ``idle[i]`` belong to the logical CPU whose line began with ``lines[i]``.
    """

    lines: tuple[bytes, ...]
    total: tuple[int, ...]
    busy: tuple[int, ...]
    idle: tuple[int, ...]


def split_stat(data: bytes) -> tuple[bytes, bytes]:
    """The ``cpu`` lines of ``/proc/stat``, and everything after them.

    Raises CollectorFailed where the text does not begin with ``cpu`` lines.
    """
    end = data.find(b"\nintr ")
    if end < 0 or not data.startswith(b"cpu "):
        raise CollectorFailed(f"/proc/stat is not understood: {data[:80]!r}")
    return data[:end], data[end + 1 :]


def parse_cpu_times(text: bytes) -> CpuTimes:
    """The ``cpu`` lines of ``/proc/stat``. Raises CollectorFailed where they are not such lines.

    All lines have the same number of columns, so one split and slices with a stride replace a
    split for each core.
    """
    width = len(text.partition(b"\n")[0].split())
    tokens = text.split()
    columns = min(width - 1, len(MODES))
    lines = tuple(tokens[::width]) if width else ()
    if columns < _FEWEST_COLUMNS or len(tokens) != width * len(lines) or not all(n.startswith(b"cpu") for n in lines):
        raise CollectorFailed(f"the cpu lines of /proc/stat are not understood: {text[:80]!r}")
    try:
        modes = [list(map(int, tokens[1 + mode :: width])) for mode in range(columns)]
    except ValueError as error:
        raise CollectorFailed(f"the cpu lines of /proc/stat are not understood: {error}") from error
    total = tuple(mode[0] for mode in modes)
    idle = tuple(map(sum, zip(*(m[1:] for m in modes[_IDLE : _IOWAIT + 1]), strict=True)))
    busy = tuple(map(sum, zip(*(m[1:] for i, m in enumerate(modes) if i not in (_IDLE, _IOWAIT)), strict=True)))
    return CpuTimes(lines[1:], total, busy, idle)


def parse_events(text: bytes) -> dict[bytes, float]:
    """The single-value lines after the ``cpu`` lines: name to value, for the names this family shows.

    A name that the kernel does not print is absent. Raises CollectorFailed on a value that is no number.
    """
    values: dict[bytes, float] = {}
    for line in text.split(b"\n"):
        # intr and softirq carry a thousand numbers: only the first one is wanted.
        words = line.split(None, 2)
        if len(words) > 1 and words[0] in _EVENTS:
            try:
                values[words[0]] = float(int(words[1]))
            except (ValueError, OverflowError) as error:
                raise CollectorFailed(f"/proc/stat is not understood: {line[:80]!r}") from error
    return values


def physical_cores(sys: Path) -> int | None:
    """Physical cores that are online, or None where the kernel does not describe the topology."""
    root = sys / "devices/system/cpu"
    cores: set[tuple[str, str]] = set()
    for name in entries(root):
        if name.startswith("cpu") and name[3:].isdigit():
            package = attribute(root / name / "topology/physical_package_id")
            core = attribute(root / name / "topology/core_id")
            if package is not None and core is not None:
                cores.add((package, core))
    return len(cores) or None


class CpuCollector:
    """Family ``cpu``. Cores that are taken offline leave the series, as they leave ``/proc/stat``."""

    family = "cpu"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        self._stat = KeptFile(proc / "stat")
        self._sys = sys
        self._hz = float(os.sysconf("SC_CLK_TCK"))
        self._shape: tuple[tuple[bytes, ...], int, tuple[bytes, ...]] | None = None
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()
        self._counts: tuple[float, ...] = ()

    def read(self) -> Reading:
        cpu_lines, rest = split_stat(self._stat.require())
        times = parse_cpu_times(cpu_lines)
        events = parse_events(rest)
        shape = (times.lines, len(times.total), tuple(events))
        if shape != self._shape:
            self._lay_out(times, events)
            self._shape = shape
        hz = self._hz
        try:
            values = [ticks / hz for ticks in times.total]
            for busy, idle in zip(times.busy, times.idle, strict=True):
                values += (busy / hz, idle / hz)
        except OverflowError as error:
            raise CollectorFailed("/proc/stat holds a number that is too large") from error
        values += events.values()
        values += self._counts
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        self._stat.close()

    def _lay_out(self, times: CpuTimes, events: dict[bytes, float]) -> None:
        if len(set(times.lines)) != len(times.lines):
            raise CollectorFailed("/proc/stat lists a CPU twice")
        layout = [series(names.CPU_TIME, mode) for mode in MODES[: len(times.total)]]
        for line in times.lines:
            number = line[3:].decode("ascii", "backslashreplace")
            layout += (series(names.CORE_TIME, number, "busy"), series(names.CORE_TIME, number, "idle"))
        layout += (_EVENTS[name] for name in events)
        layout.append(series(names.CPU_LOGICAL_COUNT))
        missing = [
            Missing(f"{names.CPU_TIME.name}{{cpu.mode={mode}}}", "this kernel does not count this mode")
            for mode in MODES[len(times.total) :]
        ]
        missing += (
            Missing(wanted.key, "this kernel does not print it in /proc/stat")
            for name, wanted in _EVENTS.items()
            if name not in events
        )
        counts = [float(len(times.lines))]
        physical = physical_cores(self._sys)
        if physical is None:
            missing.append(Missing(names.CPU_PHYSICAL_COUNT.name, "the kernel does not describe the CPU topology"))
        else:
            layout.append(series(names.CPU_PHYSICAL_COUNT))
            counts.append(float(physical))
        self._series, self._missing, self._counts = tuple(layout), tuple(missing), tuple(counts)
