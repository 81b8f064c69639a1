"""Which block devices are whole disks, and what they are: ``/sys/block`` (Linux).

Serves `disk_io` and whoever shows facts of disks. Reads no counters.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import read_number
from sysmon.model.host import DiskFacts

SECTOR: Final = 512
"""Bytes of a sector in every kernel interface, whatever the sectors of the device are."""

_NEVER: Final = ("loop", "ram", "zram", "fd")
"""Files shown as devices, memory, and floppy drives."""


def is_counted(block: Path, name: str) -> bool:
    """Whether the device ``name`` counts as a disk of the machine.

    A disk counts where its traffic is not also the traffic of another one that counts, so that
    the sum over the disks is what the machine moved: devices made of others (``slaves``: device
    mapper, md) do not count, nor the hidden paths below an NVMe multipath disk, nor loop devices
    and memory, nor a drive without a medium. Partitions do not stand in ``/sys/block`` at all.
    """
    if name.startswith(_NEVER):
        return False
    root = device_directory(block, name)
    if not read_number(root / "size") > 0:
        return False
    return attribute(root / "hidden") != "1" and not entries(root / "slaves")


def device_directory(block: Path, name: str) -> Path:
    """The directory of device ``name`` in ``/sys/block``: ``cciss/c0d0`` stands there as ``cciss!c0d0``."""
    return block / name.replace("/", "!")


def disk_size(block: Path, name: str) -> float:
    """Bytes of a device; NaN where the kernel does not say."""
    return read_number(device_directory(block, name) / "size") * SECTOR


def disk_facts(sys: Path = Path("/sys")) -> tuple[DiskFacts, ...]:
    """Every disk that `is_counted`, by name."""
    block = sys / "block"
    found = (name.replace("!", "/") for name in entries(block))
    return tuple(_facts(block, name) for name in found if is_counted(block, name))


def _facts(block: Path, name: str) -> DiskFacts:
    root = device_directory(block, name)
    vendor = attribute(root / "device/vendor") or ""
    model = attribute(root / "device/model") or attribute(root / "device/name") or ""
    # A PCI vendor number is no word for the user, and "ATA" stands in front of every SATA disk.
    if vendor != "ATA" and not vendor.startswith("0x") and not model.startswith(vendor):
        model = f"{vendor} {model}".strip()
    size = disk_size(block, name)
    return DiskFacts(
        device=name,
        kind=_kind(root, name, model),
        model=model or None,
        size=None if math.isnan(size) else int(size),
        removable=attribute(root / "removable") == "1",
    )


def _kind(root: Path, name: str, model: str) -> str:
    if name.startswith("nvme"):
        return "nvme"
    if name.startswith("mmcblk"):
        return "flash"
    if name.startswith("sr"):
        return "optical"
    # A hypervisor answers "rotational" at will: what stands below its disk is not known here.
    if name.startswith(("vd", "xvd", "nbd", "rbd")) or any(
        word in model for word in ("QEMU", "VBOX", "Virtual", "VMware")
    ):
        return "virtual"
    return {"0": "ssd", "1": "hdd"}.get(attribute(root / "queue/rotational") or "", "unknown")
