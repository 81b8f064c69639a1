"""Facts of a machine that hardly ever change: its disks and its network interfaces.

Values only; who finds them out is the collectors' business. None means "not known".
"""

from __future__ import annotations

from dataclasses import dataclass

LOCAL = "local"
"""The id of the machine that this program runs on."""


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """One whole disk. ``device`` is the value of the series attribute ``system.device``."""

    device: str
    kind: str
    """One of: nvme, ssd, hdd, flash (SD card, eMMC), optical, virtual, unknown."""
    model: str | None = None
    size: int | None = None
    """Bytes."""
    removable: bool = False


@dataclass(frozen=True, slots=True)
class InterfaceFacts:
    """One network interface. ``name`` is the value of the series attribute ``network.interface.name``."""

    name: str
    kind: str
    """One of: wired, wireless, loopback, bridge, virtual, unknown."""
    addresses: tuple[str, ...] = ()
    """IPv4 addresses first, then IPv6 ones without their scope, each in the order of the system."""
    hardware_address: str | None = None
    """Lower case with colons."""
    mtu: int | None = None
    """Bytes."""
