"""What this machine is, on systems other than Linux: the interpreter's own knowledge, psutil, and Windows' registry."""

from __future__ import annotations

import platform
import socket
import sys as interpreter
from collections.abc import Callable
from typing import Final

import psutil

from sysmon.collectors.host_info import with_reasons
from sysmon.collectors.sysfs import clean_label
from sysmon.model.host import HostFacts

_NOT_TOLD: Final = "this system tells it to no ordinary program"
_REASONS: Final[dict[str, str]] = {
    "os_name": _NOT_TOLD,
    "kernel": _NOT_TOLD,
    "architecture": _NOT_TOLD,
    "product": _NOT_TOLD,
    "cpu_model": _NOT_TOLD,
    "cpu_sockets": _NOT_TOLD,
    "cpu_cores": _NOT_TOLD,
    "cpu_threads": _NOT_TOLD,
    "cpu_max_frequency": _NOT_TOLD,
    "cpu_caches": _NOT_TOLD,
    "virtualisation": _NOT_TOLD,
    "container": _NOT_TOLD,
}

_CPU_KEY: Final = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
_BIOS_KEY: Final = r"HARDWARE\DESCRIPTION\System\BIOS"


def read_registry(key: str, name: str) -> str | None:
    """A text below HKEY_LOCAL_MACHINE; None where there is none, and on every system but Windows."""
    if interpreter.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            value, _ = winreg.QueryValueEx(opened, name)
    except OSError:
        return None
    return value if isinstance(value, str) else None


def host_facts_portable(registry: Callable[[str, str], str | None] = read_registry) -> HostFacts:
    """The facts of this machine. Never fails."""
    maker, model = registry(_BIOS_KEY, "SystemManufacturer"), registry(_BIOS_KEY, "SystemProductName")
    facts = HostFacts(
        hostname=clean_label(socket.gethostname(), 96) or None,
        os_name=_os_name(),
        kernel=f"{platform.system()} {platform.release()}".strip() or None,
        architecture=platform.machine() or None,
        product=clean_label(f"{maker or ''} {model or ''}", 96) or None,
        cpu_model=clean_label(registry(_CPU_KEY, "ProcessorNameString") or platform.processor(), 96) or None,
        cpu_cores=psutil.cpu_count(logical=False),
        cpu_threads=psutil.cpu_count(),
        cpu_max_frequency=_max_frequency(),
        memory_total=psutil.virtual_memory().total,
        boot_time=psutil.boot_time(),
    )
    return with_reasons(facts, _REASONS)


def _os_name() -> str | None:
    if interpreter.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}".strip()
    return f"{platform.system()} {platform.release()} ({platform.version()})"


def _max_frequency() -> float | None:
    """Hertz; psutil tells megahertz, and has nothing on some machines."""
    try:
        highest = psutil.cpu_freq().max
    except (AttributeError, OSError, NotImplementedError, RuntimeError):
        return None  # psutil answers None, or refuses, where the system does not tell
    return highest * 1e6 if highest > 0 else None
