"""What this machine is: one function that answers with `HostFacts`, called once at start (Linux).

Nothing here wakes a device or starts a program. Every field is optional; what could not be found out has a reason.
Sources: proc(5), os-release(5).
"""

from __future__ import annotations

import math
import platform
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sysmon.collectors import host_cpu, host_platform
from sysmon.collectors.procfs import attribute
from sysmon.collectors.sysfs import clean_label, parse_number
from sysmon.model.host import HostFacts
from sysmon.model.sample import Missing

_CPUINFO_LIMIT: Final = 4 << 20
"""Bytes: a machine of 1,024 CPUs has about 2 MB."""

_REASONS: Final = {
    "hostname": "the kernel does not tell it",
    "os_name": "there is no os-release file",
    "kernel": "the kernel does not tell it",
    "architecture": "the interpreter does not know it",
    "product": "this machine has no readable DMI and no device tree; virtual machines often have neither",
    "cpu_model": "/proc/cpuinfo names no model",
    "cpu_sockets": "the kernel tells no CPU topology",
    "cpu_cores": "the kernel tells no CPU topology",
    "cpu_threads": "the kernel lists no CPU",
    "cpu_max_frequency": "there is no cpufreq driver; virtual machines usually have none",
    "cpu_caches": "the kernel tells no CPU caches",
    "memory_total": "/proc/meminfo does not tell it",
    "boot_time": "/proc/stat does not tell it",
}


def host_facts(proc: Path, sys: Path, root: Path = Path("/")) -> HostFacts:
    """The facts of this machine. ``root`` is where ``etc``, ``run`` and ``usr`` lie. Never fails."""
    info = host_cpu.parse_cpuinfo(_text(proc / "cpuinfo", _CPUINFO_LIMIT))
    topology = host_cpu.topology(sys)
    memory = field_number(_text(proc / "meminfo"), "MemTotal:")
    boot_time = field_number(_text(proc / "stat", _CPUINFO_LIMIT), "btime")
    facts = HostFacts(
        hostname=_label(attribute(proc / "sys/kernel/hostname")),
        os_name=_os_name(root),
        kernel=_kernel(proc),
        architecture=platform.machine() or None,
        product=host_platform.product_name(sys, proc),
        cpu_model=info.model,
        cpu_sockets=topology[0] if topology else info.sockets,
        cpu_cores=topology[1] if topology else info.cores,
        cpu_threads=host_cpu.count_cpu_list(attribute(sys / "devices/system/cpu/online") or "") or info.threads,
        cpu_max_frequency=host_cpu.highest_frequency(sys),
        cpu_caches=host_cpu.caches(sys),
        memory_total=None if math.isnan(memory) else int(memory) * 1024,
        boot_time=None if math.isnan(boot_time) else boot_time,
        virtualisation=host_platform.virtualisation(sys, in_hypervisor=info.in_hypervisor),
        container=host_platform.container(root, proc),
    )
    return with_reasons(facts, _REASONS)


def with_reasons(facts: HostFacts, reasons: Mapping[str, str]) -> HostFacts:
    """``facts`` with a reason for each field of ``reasons`` that has no value."""
    missing = tuple(Missing(name, reason) for name, reason in reasons.items() if getattr(facts, name) in (None, ()))
    return replace(facts, missing=missing)


def parse_os_release(text: str) -> dict[str, str]:
    """Variables of an os-release file (os-release(5)): shell assignments. A line that is none is left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if not equals or not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            continue
        try:
            found[name] = "".join(shlex.split(value)[:1])
        except ValueError:
            continue
    return found


def field_number(text: str, name: str) -> float:
    """The number behind the word ``name`` at the beginning of a line; NaN where there is none."""
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == name:
            return parse_number(words[1])
    return math.nan


def _os_name(root: Path) -> str | None:
    for path in (root / "etc/os-release", root / "usr/lib/os-release"):
        said = parse_os_release(_text(path))
        if name := said.get("PRETTY_NAME") or said.get("NAME"):
            return _label(name)
    return None


def _kernel(proc: Path) -> str | None:
    release = _label(attribute(proc / "sys/kernel/osrelease"))
    return f"{attribute(proc / 'sys/kernel/ostype') or 'Linux'} {release}" if release else None


def _label(text: str | None) -> str | None:
    return clean_label(text or "", 96) or None


def _text(path: Path, limit: int = 1 << 16) -> str:
    """The beginning of the file; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""
