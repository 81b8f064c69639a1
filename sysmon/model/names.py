"""Every metric this program knows, declared once.

Names, attributes and units follow the OpenTelemetry semantic conventions for system, hardware,
process and container metrics (https://opentelemetry.io/docs/specs/semconv/system/). Where the conventions have no
name, ours stand under ``system.linux.`` or ``sysmon.``. Counters are raw monotonic sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sysmon.model.metric import Kind, MetricSpec

_declared: dict[str, MetricSpec] = {}


def _declare(kind: Kind, name: str, unit: str, scale: float, text: str, attributes: tuple[str, ...]) -> MetricSpec:
    if name in _declared:
        raise ValueError(f"metric {name} is declared twice")
    spec = _declared[name] = MetricSpec(name, unit, kind, scale, text, attributes)
    return spec


def _gauge(name: str, unit: str, scale: float, text: str, *attributes: str) -> MetricSpec:
    return _declare(Kind.GAUGE, name, unit, scale, text, attributes)


def _counter(name: str, unit: str, scale: float, text: str, *attributes: str) -> MetricSpec:
    return _declare(Kind.COUNTER, name, unit, scale, text, attributes)


# --- attributes -------------------------------------------------------------------------------
CPU_NUMBER = "cpu.logical_number"
CPU_MODE = "cpu.mode"
DEVICE = "system.device"
DIRECTION = "disk.io.direction"
INTERFACE = "network.interface.name"
NET_DIRECTION = "network.io.direction"
MOUNTPOINT = "system.filesystem.mountpoint"
FS_TYPE = "system.filesystem.type"
HW_ID = "hw.id"
HW_NAME = "hw.name"
CGROUP = "system.linux.cgroup.path"
UNIT = "systemd.unit"

# --- cpu, load ----------------------------------------------------------------------------------
CPU_TIME = _counter("system.cpu.time", "s", 0.01, "Time all logical CPUs spent in a mode.", CPU_MODE)
"""Modes: user, nice, system, idle, iowait, interrupt, softirq, steal. Guest time is inside user and nice."""
CORE_TIME = _counter(
    "system.cpu.logical.time", "s", 0.01, "Time one logical CPU spent in a mode.", CPU_NUMBER, CPU_MODE
)
"""Modes: busy (all but idle and iowait), idle (idle and iowait)."""
CPU_FREQUENCY = _gauge("system.cpu.frequency", "Hz", 1000.0, "Current frequency of a logical CPU.", CPU_NUMBER)
CPU_FREQUENCY_LIMIT = _gauge("system.cpu.frequency.limit", "Hz", 1000.0, "Highest frequency of any logical CPU.")
CPU_LOGICAL_COUNT = _gauge("system.cpu.logical.count", "{cpu}", 1.0, "Logical CPUs that are online.")
CPU_PHYSICAL_COUNT = _gauge("system.cpu.physical.count", "{cpu}", 1.0, "Physical cores.")
CONTEXT_SWITCHES = _counter("system.linux.context_switches", "{switch}", 1.0, "Context switches of all CPUs.")
INTERRUPTS = _counter("system.linux.interrupts", "{interrupt}", 1.0, "Interrupts served by all CPUs.")
LOAD_1M = _gauge(
    "system.cpu.load_average.1m", "{thread}", 0.01, "Average of runnable and blocked threads over 1 minute."
)
LOAD_5M = _gauge(
    "system.cpu.load_average.5m", "{thread}", 0.01, "Average of runnable and blocked threads over 5 minutes."
)
LOAD_15M = _gauge(
    "system.cpu.load_average.15m", "{thread}", 0.01, "Average of runnable and blocked threads over 15 minutes."
)
THREADS = _gauge("system.linux.threads", "{thread}", 1.0, "Kernel scheduling entities that exist.")
PROCESS_COUNT = _gauge("system.process.count", "{process}", 1.0, "Processes in a state.", "process.state")
"""States: running, blocked (from /proc/stat)."""
PROCESS_CREATED = _counter("system.process.created", "{process}", 1.0, "Processes and threads created since boot.")
UPTIME = _gauge("system.uptime", "s", 0.01, "Time since the machine booted.")

# --- pressure -----------------------------------------------------------------------------------
PRESSURE_TIME = _counter(
    "system.linux.pressure.time",
    "s",
    1e-6,
    "Time in which tasks stalled on a resource.",
    "system.linux.pressure.resource",
    "system.linux.pressure.kind",
)
"""Resources: cpu, memory, io. Kinds: some, full. https://docs.kernel.org/accounting/psi.html"""
PRESSURE_AVG10 = _gauge(
    "system.linux.pressure.avg10",
    "1",
    1e-4,
    "Share of the last 10 s in which tasks stalled.",
    "system.linux.pressure.resource",
    "system.linux.pressure.kind",
)

# --- memory -------------------------------------------------------------------------------------
MEMORY_USAGE = _gauge(
    "system.memory.usage", "By", 1024.0, "Memory in a state; the states add up to the limit.", "system.memory.state"
)
"""States: used, free, buffers, cached. `used` is limit - free - buffers - cached (cached includes reclaimable slab, excludes shared)."""
MEMORY_LIMIT = _gauge("system.memory.limit", "By", 1024.0, "Memory that the system has.")
MEMORY_AVAILABLE = _gauge(
    "system.memory.linux.available", "By", 1024.0, "Memory that programs can get without swapping (MemAvailable)."
)
MEMORY_SHARED = _gauge("system.memory.linux.shared", "By", 1024.0, "Shared memory and tmpfs (Shmem).")
MEMORY_SLAB = _gauge(
    "system.memory.linux.slab.usage", "By", 1024.0, "Kernel slab memory.", "system.memory.linux.slab.state"
)
"""States: reclaimable, unreclaimable."""
MEMORY_DIRTY = _gauge(
    "system.memory.linux.dirty", "By", 1024.0, "Pages waiting to be written to disk, or being written."
)
MEMORY_COMMITTED = _gauge("system.memory.linux.committed", "By", 1024.0, "Memory promised to programs (Committed_AS).")
MEMORY_HUGE_PAGES = _gauge(
    "system.memory.linux.huge_pages", "By", 1024.0, "Memory in explicit huge pages.", "system.memory.state"
)
"""States: used, free."""
SWAP_USAGE = _gauge("system.paging.usage", "By", 1024.0, "Swap space in a state.", "system.paging.state")
"""States: used, free."""
SWAP_IO = _counter(
    "system.paging.operations", "{page}", 1.0, "Pages moved between memory and swap.", "system.paging.direction"
)
"""Directions: in, out."""
PAGE_FAULTS = _counter("system.paging.faults", "{fault}", 1.0, "Page faults.", "system.paging.fault.type")
"""Types: minor, major."""
ZRAM_USAGE = _gauge(
    "system.linux.zram.usage", "By", 1.0, "Size of what a zram device holds.", DEVICE, "system.linux.zram.state"
)
"""States: original (before compression), compressed, memory (taken from RAM)."""
ZSWAP_USAGE = _gauge("system.linux.zswap.usage", "By", 1024.0, "Size of what zswap holds.", "system.linux.zswap.state")
"""States: original, compressed."""

# --- disks, file systems --------------------------------------------------------------------------
DISK_IO = _counter("system.disk.io", "By", 512.0, "Bytes moved to or from a whole disk.", DEVICE, DIRECTION)
DISK_OPERATIONS = _counter(
    "system.disk.operations", "{operation}", 1.0, "Finished operations of a whole disk.", DEVICE, DIRECTION
)
DISK_OPERATION_TIME = _counter(
    "system.disk.operation_time", "s", 0.001, "Sum of the time that operations took.", DEVICE, DIRECTION
)
DISK_IO_TIME = _counter(
    "system.disk.io_time", "s", 0.001, "Time in which the disk had at least one operation under way.", DEVICE
)
DISK_QUEUE_TIME = _counter(
    "system.linux.disk.weighted_io_time",
    "s",
    0.001,
    "Time multiplied by operations under way; its rate is the mean queue.",
    DEVICE,
)
DISK_LIMIT = _gauge("system.disk.limit", "By", 512.0, "Size of a whole disk.", DEVICE)
FILESYSTEM_USAGE = _gauge(
    "system.filesystem.usage",
    "By",
    512.0,
    "Space of a file system in a state.",
    DEVICE,
    MOUNTPOINT,
    FS_TYPE,
    "system.filesystem.state",
)
"""States: used, free (for everybody), reserved (for root)."""
FILESYSTEM_LIMIT = _gauge("system.filesystem.limit", "By", 512.0, "Size of a file system.", DEVICE, MOUNTPOINT, FS_TYPE)
FILESYSTEM_INODES = _gauge(
    "system.linux.filesystem.inodes",
    "{inode}",
    1.0,
    "Inodes of a file system in a state.",
    DEVICE,
    MOUNTPOINT,
    FS_TYPE,
    "system.filesystem.state",
)
"""States: used, free."""

# --- network ------------------------------------------------------------------------------------
NETWORK_IO = _counter("system.network.io", "By", 1.0, "Bytes moved over an interface.", INTERFACE, NET_DIRECTION)
"""Directions: receive, transmit."""
NETWORK_PACKETS = _counter(
    "system.network.packet.count", "{packet}", 1.0, "Packets moved over an interface.", INTERFACE, NET_DIRECTION
)
NETWORK_ERRORS = _counter("system.network.errors", "{error}", 1.0, "Errors of an interface.", INTERFACE, NET_DIRECTION)
NETWORK_DROPPED = _counter(
    "system.network.packet.dropped", "{packet}", 1.0, "Packets dropped by an interface.", INTERFACE, NET_DIRECTION
)
NETWORK_SPEED = _gauge("system.linux.network.speed", "bit/s", 1.0, "Link speed of an interface.", INTERFACE)
NETWORK_UP = _gauge("system.linux.network.up", "1", 1.0, "1 where the interface is operational, else 0.", INTERFACE)
NETWORK_CONNECTIONS = _gauge(
    "system.network.connection.count",
    "{connection}",
    1.0,
    "Connections in a state.",
    "network.transport",
    "network.connection.state",
)
TCP_SEGMENTS = _counter("system.linux.tcp.segments", "{segment}", 1.0, "TCP segments.", "system.linux.tcp.segment.kind")
"""Kinds: received, sent, retransmitted, error, reset."""
TCP_OPENS = _counter(
    "system.linux.tcp.opens", "{connection}", 1.0, "TCP connections opened.", "system.linux.tcp.open.kind"
)
"""Kinds: active, passive, failed."""
UDP_DATAGRAMS = _counter(
    "system.linux.udp.datagrams", "{datagram}", 1.0, "UDP datagrams.", "system.linux.udp.datagram.kind"
)
"""Kinds: received, sent, error, no_port."""

# --- hardware -----------------------------------------------------------------------------------
TEMPERATURE = _gauge("hw.temperature", "Cel", 0.001, "Temperature of a sensor.", HW_ID, HW_NAME)
TEMPERATURE_LIMIT = _gauge(
    "hw.temperature.limit", "Cel", 0.001, "Temperature a sensor should not exceed.", HW_ID, HW_NAME, "hw.limit_type"
)
"""Limit types: high.degraded, high.critical."""
FAN_SPEED = _gauge("hw.fan.speed", "rpm", 1.0, "Speed of a fan.", HW_ID, HW_NAME)
VOLTAGE = _gauge("hw.voltage", "V", 0.001, "Voltage of a sensor.", HW_ID, HW_NAME)
CURRENT = _gauge("system.linux.hwmon.current", "A", 0.001, "Current of a sensor.", HW_ID, HW_NAME)
POWER = _gauge("hw.power", "W", 1e-6, "Power that a component takes.", HW_ID, HW_NAME, "hw.type")
ENERGY = _counter(
    "hw.energy", "J", 1e-6, "Energy that a component took; its rate is its power.", HW_ID, HW_NAME, "hw.type"
)
"""Types: cpu (RAPL package, core, uncore), memory (RAPL DRAM), gpu, other. https://docs.kernel.org/power/powercap/powercap.html"""
BATTERY_CHARGE = _gauge("hw.battery.charge", "1", 1e-4, "Remaining share of the charge.", HW_ID)
BATTERY_HEALTH = _gauge("hw.battery.health", "1", 1e-4, "Full charge as a share of the designed one.", HW_ID)
BATTERY_TIME_LEFT = _gauge(
    "hw.battery.time_left", "s", 1.0, "Time until empty or until full.", HW_ID, "hw.battery.state"
)
BATTERY_POWER = _gauge("hw.battery.power", "W", 1e-6, "Power into (negative) or out of (positive) the battery.", HW_ID)
BATTERY_CYCLES = _gauge("hw.battery.cycles", "{cycle}", 1.0, "Charge cycles so far.", HW_ID)
HARDWARE_STATUS = _gauge(
    "hw.status",
    "1",
    1.0,
    "1 for the state that a component is in, 0 for its other states.",
    HW_ID,
    "hw.type",
    "hw.state",
)
"""States of a battery: charging, discharging, full, idle, unknown."""
MAINS_ONLINE = _gauge("hw.mains.online", "1", 1.0, "1 where the power supply is plugged in, else 0.", HW_ID)

# --- gpu ----------------------------------------------------------------------------------------
GPU_UTILIZATION = _gauge(
    "hw.gpu.utilization", "1", 1e-4, "Share of time in which a part of the GPU was busy.", HW_ID, HW_NAME, "hw.gpu.task"
)
"""Tasks: general, encoder, decoder, memory."""
GPU_ENGINE_TIME = _counter(
    "system.linux.gpu.engine.time", "s", 1e-9, "Time a GPU engine was busy (drm fdinfo).", HW_ID, HW_NAME, "hw.gpu.task"
)
"""Tasks: render, copy, video, video-enhance, compute. A GPU with several engines of a class may gain several seconds a second."""
GPU_MEMORY_USAGE = _gauge("hw.gpu.memory.usage", "By", 1.0, "Memory of the GPU in use.", HW_ID, HW_NAME)
GPU_MEMORY_LIMIT = _gauge("hw.gpu.memory.limit", "By", 1.0, "Memory that the GPU has.", HW_ID, HW_NAME)
GPU_POWER = _gauge("hw.gpu.power", "W", 0.001, "Power that the GPU takes.", HW_ID, HW_NAME)
GPU_POWER_LIMIT = _gauge("hw.gpu.power.limit", "W", 0.001, "Power that the GPU may take.", HW_ID, HW_NAME)
GPU_TEMPERATURE = _gauge("hw.gpu.temperature", "Cel", 0.001, "Temperature of the GPU.", HW_ID, HW_NAME)
GPU_CLOCK = _gauge("hw.gpu.frequency", "Hz", 1e6, "Clock of a part of the GPU.", HW_ID, HW_NAME, "hw.gpu.clock")
"""Clocks: graphics, memory, video."""
GPU_FAN = _gauge("hw.gpu.fan.speed_ratio", "1", 0.01, "Fan speed as a share of the highest.", HW_ID, HW_NAME)

# --- cgroups, services --------------------------------------------------------------------------
CGROUP_CPU_TIME = _counter("system.linux.cgroup.cpu.time", "s", 1e-6, "CPU time of a control group.", CGROUP)
CGROUP_MEMORY = _gauge("system.linux.cgroup.memory.usage", "By", 4096.0, "Memory charged to a control group.", CGROUP)
CGROUP_MEMORY_LIMIT = _gauge(
    "system.linux.cgroup.memory.limit", "By", 4096.0, "Memory a control group may use.", CGROUP
)
CGROUP_IO = _counter(
    "system.linux.cgroup.disk.io", "By", 1.0, "Bytes a control group moved to or from disks.", CGROUP, DIRECTION
)
CGROUP_TASKS = _gauge("system.linux.cgroup.tasks", "{thread}", 1.0, "Threads in a control group.", CGROUP)
CONTAINER_CPU_TIME = _counter(
    "container.cpu.time", "s", 1e-6, "CPU time of a container.", "container.id", "container.name"
)
CONTAINER_MEMORY = _gauge(
    "container.memory.usage", "By", 4096.0, "Memory charged to a container.", "container.id", "container.name"
)
CONTAINER_MEMORY_LIMIT = _gauge(
    "container.memory.limit", "By", 4096.0, "Memory a container may use.", "container.id", "container.name"
)
CONTAINER_IO = _counter(
    "container.disk.io",
    "By",
    1.0,
    "Bytes a container moved to or from disks.",
    "container.id",
    "container.name",
    DIRECTION,
)
SERVICE_CPU_TIME = _counter("systemd.unit.cpu.time", "s", 1e-6, "CPU time of a service.", UNIT)
SERVICE_MEMORY = _gauge("systemd.unit.memory.usage", "By", 4096.0, "Memory charged to a service.", UNIT)
SERVICE_TASKS = _gauge("systemd.unit.tasks", "{thread}", 1.0, "Threads of a service.", UNIT)
SERVICE_COUNT = _gauge("systemd.units", "{unit}", 1.0, "Services in a state.", "systemd.unit.state")
"""States: running (it has processes; a service may be active without any), failed."""

# --- processes, as sums (the table of processes is no series) ---------------------------------
PROCESSES = _gauge("system.linux.process.total", "{process}", 1.0, "Processes that exist.")

# --- this program itself --------------------------------------------------------------------------
COLLECT_DURATION = _gauge(
    "sysmon.collector.duration", "s", 1e-5, "Time that the last reading of a family took.", "sysmon.family"
)
COLLECT_SUCCESS = _gauge(
    "sysmon.collector.success", "1", 1.0, "1 where the last reading of a family worked, else 0.", "sysmon.family"
)
TICK_LATENESS = _gauge("sysmon.tick.lateness", "s", 1e-4, "How late the last tick began.")
TICKS_SKIPPED = _counter(
    "sysmon.tick.skipped", "{tick}", 1.0, "Ticks that were skipped because the one before was still running."
)
SELF_CPU_TIME = _counter("process.cpu.time", "s", 0.01, "CPU time of this program, its children included.")
SELF_MEMORY = _gauge("process.memory.usage", "By", 4096.0, "Resident memory of this program.")
SELF_THREADS = _gauge("process.thread.count", "{thread}", 1.0, "Threads of this program.")
SELF_DESCRIPTORS = _gauge(
    "process.unix.file_descriptor.count", "{descriptor}", 1.0, "Open descriptors of this program."
)
SELF_TASKS = _gauge("sysmon.tasks", "{task}", 1.0, "Tasks alive on the engine's loop.")
SELF_PAINT_TIME = _gauge("sysmon.paint.duration", "s", 1e-6, "Time the window needed for its last refresh.")
SELF_STORE_MEMORY = _gauge("sysmon.store.memory", "By", 1.0, "Memory that the kept samples take.")

# --- links with other machines --------------------------------------------------------------------
LINKS = _gauge("sysmon.links", "{link}", 1.0, "Links with other machines, dialled or accepted, in a state.", "sysmon.link.state")
LINK_UP = _gauge("sysmon.link.up", "1", 1.0, "1 while figures or wishes go over a link, else 0.", "sysmon.link")
LINK_ROUND_TRIP = _gauge("sysmon.link.round_trip", "s", 1e-5, "Least round trip of the last exchanges.", "sysmon.link")
LINK_CLOCK_OFFSET = _gauge("sysmon.link.clock.offset", "s", 1e-5, "By how much the peer's clock is ahead.", "sysmon.link")
LINK_IO = _counter("sysmon.link.io", "By", 1.0, "Bytes over a link.", "sysmon.link", "network.io.direction")
LINK_TICKS = _counter("sysmon.link.ticks", "{tick}", 1.0, "Ticks over a link.", "sysmon.link", "network.io.direction")
LINK_SAMPLES = _counter("sysmon.link.samples", "{sample}", 1.0, "Values that came over a link.", "sysmon.link")
LINK_FILLED = _counter("sysmon.link.filled", "{tick}", 1.0, "Ticks that came later, in back-fill.", "sysmon.link")
LINK_MISSING = _gauge("sysmon.link.missing", "{tick}", 1.0, "Ticks that are still to be filled in.", "sysmon.link")
LINK_GAPS = _counter("sysmon.link.gaps", "{gap}", 1.0, "Stretches that could not be sent in time.", "sysmon.link")
LINK_SKIPPED = _counter("sysmon.link.skipped", "{tick}", 1.0, "Ticks for which a link had no room.", "sysmon.link", "network.io.direction")
LINK_IN_FLIGHT = _gauge("sysmon.link.in_flight", "By", 1.0, "Bytes that wait for the network.", "sysmon.link")
LINK_CONNECTIONS = _counter("sysmon.link.connections", "{connection}", 1.0, "Connections that a link had.", "sysmon.link")

METRICS: Mapping[str, MetricSpec] = MappingProxyType(_declared)
"""Every declared metric by name."""
