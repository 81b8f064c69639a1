"""Which collectors this machine has: one explicit tuple for Linux, one for every other system.

The modules are imported inside the functions, so that a machine loads only its own readers.
"""

from __future__ import annotations

import sys as interpreter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sysmon.collectors.contract import Collector


def local_collectors(proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> list[Collector]:
    """New collectors for every family of this machine, processes excepted.

    ``proc`` and ``sys`` are the roots that the Linux readers use; nothing is read yet.
    """
    if interpreter.platform == "linux":
        return [factory(proc, sys) for factory in linux_factories()]
    return [factory() for factory in psutil_factories()]


def linux_factories() -> tuple[Callable[[Path, Path], Collector], ...]:
    """What Linux has; each factory takes the roots ``/proc`` and ``/sys``."""
    from sysmon.collectors.battery import BatteryCollector
    from sysmon.collectors.cgroups import CgroupsCollector
    from sysmon.collectors.cpu import CpuCollector
    from sysmon.collectors.cpu_frequency import CpuFrequencyCollector
    from sysmon.collectors.disk_io import DiskIoCollector
    from sysmon.collectors.filesystems import FilesystemsCollector
    from sysmon.collectors.gpu import GpuCollector
    from sysmon.collectors.load import LoadCollector
    from sysmon.collectors.memory import MemoryCollector
    from sysmon.collectors.network import NetworkCollector
    from sysmon.collectors.network_link import NetworkLinkCollector
    from sysmon.collectors.power import PowerCollector
    from sysmon.collectors.pressure import PressureCollector
    from sysmon.collectors.sensors import SensorsCollector
    from sysmon.collectors.services import ServicesCollector
    from sysmon.collectors.sockets import SocketsCollector

    return (
        CpuCollector,
        CpuFrequencyCollector,
        LoadCollector,
        PressureCollector,
        MemoryCollector,
        DiskIoCollector,
        FilesystemsCollector,
        NetworkCollector,
        NetworkLinkCollector,
        SocketsCollector,
        SensorsCollector,
        PowerCollector,
        BatteryCollector,
        GpuCollector,
        CgroupsCollector,
        ServicesCollector,
    )


def psutil_factories() -> tuple[Callable[[], Collector], ...]:
    """What every other system has, through psutil, and the reasons for what it has not."""
    from sysmon.collectors.absent import AbsentCollector
    from sysmon.collectors.battery_psutil import BatteryPsutilCollector
    from sysmon.collectors.cpu_frequency_psutil import CpuFrequencyPsutilCollector
    from sysmon.collectors.cpu_psutil import CpuPsutilCollector
    from sysmon.collectors.disk_io_psutil import DiskIoPsutilCollector
    from sysmon.collectors.filesystems_psutil import FilesystemsPsutilCollector
    from sysmon.collectors.gpu import GpuCollector
    from sysmon.collectors.load_psutil import LoadPsutilCollector
    from sysmon.collectors.memory_psutil import MemoryPsutilCollector
    from sysmon.collectors.network_link_psutil import NetworkLinkPsutilCollector
    from sysmon.collectors.network_psutil import NetworkPsutilCollector
    from sysmon.collectors.sockets_psutil import SocketsPsutilCollector

    return (
        CpuPsutilCollector,
        CpuFrequencyPsutilCollector,
        LoadPsutilCollector,
        partial(AbsentCollector, "pressure", "only the Linux kernel measures pressure"),
        MemoryPsutilCollector,
        DiskIoPsutilCollector,
        FilesystemsPsutilCollector,
        NetworkPsutilCollector,
        NetworkLinkPsutilCollector,
        SocketsPsutilCollector,
        partial(AbsentCollector, "sensors", "this system shows its sensors to no ordinary program"),
        partial(AbsentCollector, "power", "this system shows the energy counters of the CPU to no ordinary program"),
        BatteryPsutilCollector,
        partial(GpuCollector, Path("/proc"), Path("/sys")),
        partial(AbsentCollector, "cgroups", "only Linux has control groups"),
        partial(AbsentCollector, "services", "services are those of systemd, which only Linux has"),
    )
