"""What the kernel writes in ``/proc/<pid>/status``, ``limits`` and the end of ``stat``: pure parsers.

Formats: proc_pid_status(5), proc_pid_limits(5), proc_pid_stat(5), capabilities(7), signal(7). Bytes
in, values out; none of them fails on what it does not understand. Knows no file.
"""

from __future__ import annotations

import contextlib
import math
import re
import signal
from typing import Final, NamedTuple

from sysmon.model.process_details import ResourceLimit, Scheduling, SignalFacts

MOST_CPUS: Final = 8192
"""The kernel's own bound (NR_CPUS)."""

_CAPABILITIES: Final = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
)  # fmt: skip
_POLICIES: Final = {0: "other", 1: "fifo", 2: "rr", 3: "batch", 5: "idle", 6: "deadline", 7: "ext"}
_SECCOMP: Final = {"0": "off", "1": "strict", "2": "filter"}
_LIMIT = re.compile(r"(?P<name>\S.*?)\s{2,}(?P<soft>unlimited|\d+)\s+(?P<hard>unlimited|\d+)(?:\s+(?P<unit>\S+))?\s*")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)

_FIRST_REALTIME: Final = 34
"""SIGRTMIN as programs know it: the C library keeps 32 and 33 for itself."""
_LAST_SIGNAL: Final = 64


def parse_status(text: bytes) -> dict[str, str]:
    """Field to value, stripped. The kernel escapes line ends in the name, so a name cannot forge a field."""
    fields: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name, value.strip())
    return fields


def ids(fields: dict[str, str], name: str) -> tuple[int, int] | None:
    """Real and effective id of the field ``Uid`` or ``Gid``; None where it is not told."""
    words = fields.get(name, "").split()
    try:
        return int(words[0]), int(words[1])
    except (IndexError, ValueError):
        return None


def capability_names(mask: str) -> tuple[str, ...] | None:
    """Names of the bits of a hexadecimal mask such as ``CapEff``; None where it is none."""
    bits = _bits(mask)
    if bits is None:
        return None
    return tuple(_CAPABILITIES[bit] if bit < len(_CAPABILITIES) else f"capability {bit}" for bit in bits)


def signal_facts(fields: dict[str, str]) -> SignalFacts | None:
    """What the masks of a status file say; None where one of them is not there."""
    shared, own, blocked, ignored, caught = (
        _bits(fields.get(name, "")) for name in ("ShdPnd", "SigPnd", "SigBlk", "SigIgn", "SigCgt")
    )
    if shared is None or own is None or blocked is None or ignored is None or caught is None:
        return None
    return SignalFacts(_signals({*shared, *own}), _signals(blocked), _signals(ignored), _signals(caught))


def seccomp_mode(fields: dict[str, str]) -> str | None:
    """off, strict or filter; None where it is not told."""
    return _SECCOMP.get(fields.get("Seccomp", ""))


def parse_cpu_list(text: str) -> tuple[int, ...] | None:
    """CPU numbers of a list such as ``0-3,8``, ascending; None where it is none."""
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            return None
        first = int(match[1])
        last = int(match[2] or first)
        if last < first or last >= MOST_CPUS:
            return None
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def parse_limits(text: bytes) -> tuple[ResourceLimit, ...]:
    """The limits of a process, in the kernel's order. Lines that are not understood are left out."""
    found: list[ResourceLimit] = []
    for line in text.decode("utf-8", "replace").split("\n")[1:]:
        match = _LIMIT.fullmatch(line)
        if match is not None:
            name = match["name"].removeprefix("Max ")
            found.append(ResourceLimit(name, _limit(match["soft"]), _limit(match["hard"]), match["unit"] or ""))
    return tuple(found)


class StatTail(NamedTuple):
    """Fields 40 to 42 of a stat line."""

    scheduling: Scheduling
    waited: int
    """Clock ticks that the first thread waited for disks so far (``delayacct_blkio_ticks``): a counter."""


def parse_stat_tail(line: bytes) -> StatTail:
    """The end of a whole stat line. Raises ValueError where it is cut or none."""
    fields = line[line.rfind(b")") + 2 :].split()
    if len(fields) < 40:
        raise ValueError("not a whole stat line")
    policy = int(fields[38])
    return StatTail(Scheduling(_POLICIES.get(policy, f"policy {policy}"), int(fields[37])), int(fields[39]))


def _bits(mask: str) -> list[int] | None:
    try:
        number = int(mask, 16)
    except ValueError:
        return None
    return [bit for bit in range(64) if number >> bit & 1]


def _signals(bits: set[int] | list[int]) -> tuple[str, ...]:
    return tuple(_signal_name(bit + 1) for bit in sorted(bits))


def _signal_name(number: int) -> str:
    if _FIRST_REALTIME <= number <= _LAST_SIGNAL:
        return "SIGRTMIN" if number == _FIRST_REALTIME else f"SIGRTMIN+{number - _FIRST_REALTIME}"
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"SIG{number}"


def _limit(text: str) -> float:
    return math.inf if text == "unlimited" else float(text)
