"""Facts of a machine that hardly ever change: what it is, its disks and its network interfaces.

Values only; who finds them out is the collectors' business. None means "not known".
"""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.sample import Missing

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


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What is plugged into ``host`` at present, as far as it was looked for."""

    host: str
    disks: tuple[DiskFacts, ...] = ()
    interfaces: tuple[InterfaceFacts, ...] = ()

    def disk(self, device: str) -> DiskFacts | None:
        """The disk called ``device``, None where nothing is known of it."""
        return next((facts for facts in self.disks if facts.device == device), None)

    def interface(self, name: str) -> InterfaceFacts | None:
        """The interface called ``name``, None where nothing is known of it."""
        return next((facts for facts in self.interfaces if facts.name == name), None)


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """One kind of CPU cache."""

    level: int
    kind: str
    """One of: data, instruction, unified."""
    size: int
    """Bytes of one of them."""
    count: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a machine is. ``missing`` says, by field name, why a field is None.

    The machine id is not among them: machine-id(5) asks to keep it confidential.
    """

    hostname: str | None = None
    os_name: str | None = None
    """As the system calls itself: "Debian GNU/Linux 12 (bookworm)"."""
    kernel: str | None = None
    """Kernel and release: "Linux 6.12.41"."""
    architecture: str | None = None
    """For example x86_64 or aarch64."""
    product: str | None = None
    """Maker and model of the machine."""
    cpu_model: str | None = None
    cpu_sockets: int | None = None
    cpu_cores: int | None = None
    """Physical cores of all sockets."""
    cpu_threads: int | None = None
    """Logical CPUs that are online."""
    cpu_max_frequency: float | None = None
    """Hertz."""
    cpu_caches: tuple[CacheFacts, ...] = ()
    memory_total: int | None = None
    """Bytes."""
    boot_time: float | None = None
    """Seconds since 1970."""
    virtualisation: str | None = None
    """The hypervisor this machine runs in ("kvm", "vmware" …, "unknown" for one without a name), "none" on bare metal."""
    container: str | None = None
    """The container this program runs in ("docker", "podman", "lxc" …), "none" outside one."""
    missing: tuple[Missing, ...] = ()

    def reason(self, name: str) -> str | None:
        """Why the field ``name`` is None; None where it is not, or nobody knows."""
        for missing in self.missing:
            if missing.subject == name:
                return missing.reason
        return None
