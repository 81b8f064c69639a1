"""Which machines a demo simulates: seven that everybody meets, and as many more as somebody wants to see. Knows no clock."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from sysmon.model.host import LOCAL, DeviceFacts, DiskFacts, HostFacts, InterfaceFacts
from sysmon.model.machine import DEMO_LABEL, Machine, MachineState
from sysmon.runtime.demo_machine import Hardware

_GIB = float(1 << 30)
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Role:
    """One simulated machine: how it is called, and what is wrong with it."""

    host: str
    name: str
    note: str
    hardware: Hardware
    uptime: float = 12 * _DAY + 4 * 3600.0
    state: MachineState = MachineState.LIVE
    silent: float = 0.0
    """Seconds since its last sample; 0 while samples come."""
    gap: tuple[float, float] | None = None
    """From and until how many seconds ago the link was lost."""
    system: str = "Debian GNU/Linux 12 (bookworm)"
    cpu: str = "AMD Ryzen 9 7950X 16-Core Processor"
    every: float = 1.0
    """Seconds between two samples of its past: hundreds of machines would take a minute to make it up at 1 s."""


ROLES: tuple[Role, ...] = (
    Role(LOCAL, "orion", "This machine", Hardware(
        32, 64 * _GIB, 0.6, 0.3, "nvme0n1", 200e6, "enp5s0", 18e6, 2.5e9, "GeForce RTX 4080", 16 * _GIB)),
    Role("atlas", "atlas", "db-primary · 12 ms", Hardware(16, 128 * _GIB, 0.71, 0.18, disk_rate=60e6), gap=(200, 165)),
    Role("vega", "vega", "build-01 · 9 ms", Hardware(64, 256 * _GIB, 0.44, 0.75, disk_rate=160e6, network_rate=50e6),
         state=MachineState.ALERT),
    Role("lyra", "lyra", "nas · 3 ms", Hardware(4, 16 * _GIB, 0.38, 0.07, "sda", 13e6, "eth0", 3.8e6)),
    Role("rigel", "rigel", "gpu-box · 21 ms", Hardware(
        24, 128 * _GIB, 0.48, 0.3, gpu="RTX A6000", gpu_memory=48 * _GIB)),
    Role("mira", "mira", "pi-4 · retry in 4 s", Hardware(4, 4 * _GIB, 0.55, 0.12, "mmcblk0", 2e6, "eth0", 2e5),
         state=MachineState.RECONNECTING, silent=45.0, cpu="Cortex-A72"),
    Role("deneb", "deneb", "edge-02 · offline 3 h", Hardware(4, 8 * _GIB, 0.4, 0.1), state=MachineState.OFFLINE,
         silent=3 * 3600.0 + 720.0, cpu="Intel N100"),
)  # fmt: skip
"""The machines of the demo."""

_KINDS: Final = (
    ("web", Hardware(8, 16 * _GIB, 0.46, 0.25, disk_rate=8e6, network_rate=14e6)),
    ("db", Hardware(16, 64 * _GIB, 0.72, 0.35, disk_rate=90e6, network_rate=9e6)),
    ("cache", Hardware(4, 32 * _GIB, 0.81, 0.12, disk_rate=1e6, network_rate=22e6)),
    ("build", Hardware(16, 32 * _GIB, 0.4, 0.62, disk_rate=60e6, network_rate=5e6)),
    ("edge", Hardware(2, 4 * _GIB, 0.35, 0.09, "mmcblk0", 8e5, network_rate=6e5)),
)
"""Roles of the machines that only a large demo has, and what they are made of."""
_COARSE: Final = 10.0
_SICK: Final = ((0.012, MachineState.OFFLINE), (0.02, MachineState.RECONNECTING), (0.03, MachineState.ALERT))
"""Which share of them, added up, is in which state; the rest is live."""


def roles(count: int) -> tuple[Role, ...]:
    """``count`` machines, at least 1: the first of `ROLES`, and made-up ones after them; the same ones each time."""
    rng = random.Random(7)  # noqa: S311  # pictures, no secrets
    wanted = max(1, count)
    return (*ROLES, *(_another(number, rng) for number in range(len(ROLES), wanted)))[:wanted]


def _another(number: int, rng: random.Random) -> Role:
    kind, hardware = _KINDS[number % len(_KINDS)]
    name = f"{kind}-{number // len(_KINDS):02d}"
    luck = rng.random()
    state = next((state for limit, state in _SICK if luck < limit), MachineState.LIVE)
    load = 0.93 if state is MachineState.ALERT else min(0.9, hardware.load * rng.uniform(0.3, 1.9))
    part = Hardware(
        hardware.cores, hardware.memory, min(0.93, hardware.used * rng.uniform(0.6, 1.25)), load, hardware.disk,
        hardware.disk_rate * rng.uniform(0.2, 1.8), hardware.interface, hardware.network_rate * rng.uniform(0.2, 1.8),
    )  # fmt: skip
    silent = {MachineState.OFFLINE: rng.uniform(600.0, 5 * _DAY), MachineState.RECONNECTING: rng.uniform(8.0, 50.0)}
    word = {MachineState.OFFLINE: "offline", MachineState.RECONNECTING: "connecting"}
    note = f"{kind} · {word.get(state) or f'{rng.randint(1, 80)} ms'}"
    up = rng.uniform(0.2, 90.0) * _DAY
    return Role(name, name, note, part, up, state, silent.get(state, 0.0), every=_COARSE)


def devices_of(role: Role) -> DeviceFacts:
    """What is plugged into ``role``; the addresses are those kept for documentation (RFC 5737, RFC 3849)."""
    hardware = role.hardware
    kind = "nvme" if hardware.disk.startswith("nvme") else "hdd"
    disk = DiskFacts(hardware.disk, kind, "Simulated disk", 1_000_000_000_000)
    addresses = ("192.0.2.10", "2001:db8::10")
    return DeviceFacts(role.host, (disk,), (InterfaceFacts(hardware.interface, "wired", addresses, None, 1500),))


def machine_of(role: Role, now: float) -> Machine:
    """``role`` as the window knows a machine. Its product says that it is not real."""
    hardware = role.hardware
    facts = HostFacts(
        hostname=role.name,
        os_name=role.system,
        kernel="Linux 6.18.2",
        architecture="x86_64",
        product=DEMO_LABEL,
        cpu_model=role.cpu,
        cpu_sockets=1,
        cpu_cores=max(1, hardware.cores // 2),
        cpu_threads=hardware.cores,
        cpu_max_frequency=5.4e9,
        memory_total=int(hardware.memory),
        boot_time=now - role.uptime,
        virtualisation="none",
        container="none",
    )
    return Machine(role.host, role.name, facts, role.state, role.note)
