"""Facts of the CPUs: model, topology, caches, highest frequency (Linux). Pure parsers and small readers of sysfs.

Sources: proc(5), Documentation/ABI/stable/sysfs-devices-system-cpu,
https://docs.kernel.org/admin-guide/pm/cpufreq.html.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import clean_label, read_number
from sysmon.model.host import CacheFacts

_CPU = re.compile(r"cpu\d{1,5}")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_SIZE = re.compile(r"(\d{1,9})([KMG]?)")
_FACTORS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
_KINDS: Final = {"Data": "data", "Instruction": "instruction", "Unified": "unified"}

_MODEL_FIELDS: Final = ("model name", "Model", "cpu model", "cpu", "Processor")
"""x86; Raspberry Pi; MIPS; POWER; old ARM kernels, in the order of trust."""


class CpuInfo(NamedTuple):
    """What ``/proc/cpuinfo`` tells; None where it does not."""

    model: str | None
    sockets: int | None
    cores: int | None
    threads: int | None
    in_hypervisor: bool


def parse_cpuinfo(text: str) -> CpuInfo:
    """The facts in ``/proc/cpuinfo`` of any architecture. Never fails."""
    said: dict[str, str] = {}
    threads = 0
    packages: set[str] = set()
    cores: set[tuple[str, str]] = set()
    package = ""
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon:
            continue
        said.setdefault(name, value)
        if name == "processor" and value.isdecimal():
            threads += 1
        elif name == "physical id":
            package = value
            packages.add(value)
        elif name == "core id":
            cores.add((package, value))
    model = next((label for field in _MODEL_FIELDS if (label := clean_label(said.get(field, ""), 96))), None)
    return CpuInfo(
        None if model is None or model.isdecimal() else model,
        len(packages) or None,
        len(cores) if packages and cores else None,
        threads or None,
        "hypervisor" in said.get("flags", "").split(),
    )


def count_cpu_list(text: str) -> int | None:
    """How many CPUs a list such as ``0-3,8`` names; None where it is no such list."""
    total = 0
    for part in text.strip().split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            return None
        total += last - first + 1
    return total


def topology(sys: Path) -> tuple[int, int] | None:
    """Sockets and physical cores, from what each CPU says of itself; None where none does."""
    packages: set[str] = set()
    cores: set[tuple[str, str]] = set()
    for cpu in _cpus(sys):
        package = attribute(cpu / "topology/physical_package_id")
        core = attribute(cpu / "topology/core_id")
        if package is not None and core is not None:
            packages.add(package)
            cores.add((package, core))
    return (len(packages), len(cores)) if cores else None


def caches(sys: Path) -> tuple[CacheFacts, ...]:
    """Every kind of cache with its size and number; a cache that several CPUs share is one."""
    found: set[tuple[int, str, int, str]] = set()
    for cpu in _cpus(sys):
        for index in entries(cpu / "cache"):
            place = cpu / "cache" / index
            level = read_number(place / "level")
            kind = _KINDS.get(attribute(place / "type") or "")
            size = parse_size(attribute(place / "size") or "")
            if level > 0 and kind is not None and size:
                shared = attribute(place / "shared_cpu_list") or cpu.name
                found.add((int(level), kind, size, shared))
    counts = Counter((level, kind, size) for level, kind, size, _ in found)
    return tuple(CacheFacts(level, kind, size, count) for (level, kind, size), count in sorted(counts.items()))


def parse_size(text: str) -> int | None:
    """Bytes of a size such as ``48K``; None for anything else."""
    match = _SIZE.fullmatch(text.strip())
    return int(match[1]) * _FACTORS[match[2]] if match else None


def highest_frequency(sys: Path) -> float | None:
    """The highest frequency of any CPU in hertz, as the hardware allows it; None without a cpufreq driver."""
    kilohertz = [read_number(cpu / "cpufreq/cpuinfo_max_freq") for cpu in _cpus(sys)]
    return max((value * 1000.0 for value in kilohertz if value > 0), default=None)


def _cpus(sys: Path) -> list[Path]:
    folder = sys / "devices/system/cpu"
    return [folder / name for name in entries(folder) if _CPU.fullmatch(name)]
