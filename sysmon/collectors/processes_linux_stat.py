"""What the kernel writes in ``/proc/<pid>/stat`` and ``/proc/<pid>/io``: pure parsers.

Formats: proc_pid_stat(5), proc_pid_io(5), and ``do_task_stat`` in the kernel's ``fs/proc/array.c``.
Bytes in, numbers out; knows no file, no clock and no row.
"""

from __future__ import annotations

from typing import NamedTuple

HOT_BYTES = 448
"""The fields up to ``rss`` fit in this many bytes whatever their values are (418 at most: numbers
of the kernel's types, a name of up to 64 bytes). The rest of the line is not looked at, and a read
of this size stays within Python's allocator for small objects."""

PF_FORKNOEXEC = 0x00000040
"""Forked, has not called exec yet: it goes away with exec, even to a program of the same name."""
PF_KTHREAD = 0x00200000

STATES = {
    b"R": "running",
    b"S": "sleeping",
    b"D": "disk",
    b"T": "stopped",
    b"t": "traced",
    b"Z": "zombie",
    b"X": "dead",
    b"x": "dead",
    b"I": "idle",
    b"P": "idle",
}
"""Letters of the kernel to words of `PROCESS_STATES`; P is a parked thread of the kernel."""


class StatLine(NamedTuple):
    """The fields of a stat line that a table shows."""

    name: bytes
    """As the kernel keeps it: any bytes but NUL, brackets and newlines included."""
    state: str
    parent: int
    flags: int
    ticks: int
    """User and system time, in clock ticks."""
    nice: int
    threads: int
    start: int
    """Clock ticks from boot to the start of the process."""
    pages: int
    """Resident pages."""


def parse_stat(line: bytes) -> StatLine:
    """The hot fields of a stat line, whole or cut after field ``rss``.

    Raises ValueError where the line is not one: empty, cut too early, or no numbers.
    The name may hold ``)``; nothing after it can, so the last one ends it.
    """
    opening, closing = line.find(b"("), line.rfind(b")")
    fields = line[closing + 2 :].split(maxsplit=22)
    if opening < 0 or closing < opening or len(fields) < 23:
        raise ValueError("not a stat line")
    return StatLine(
        line[opening + 1 : closing],
        STATES.get(fields[0], "unknown"),
        int(fields[1]),
        int(fields[6]),
        int(fields[11]) + int(fields[12]),
        int(fields[16]),
        int(fields[17]),
        int(fields[19]),
        int(fields[21]),
    )


def parse_io(text: bytes) -> tuple[int, int]:
    """Bytes fetched from and sent to disks so far (``read_bytes``, ``write_bytes``).

    Raises ValueError where one of them is not there.
    """
    read = written = -1
    for line in text.split(b"\n"):
        if line.startswith(b"read_bytes:"):
            read = int(line[11:])
        elif line.startswith(b"write_bytes:"):
            written = int(line[12:])
    if read < 0 or written < 0:
        raise ValueError("not an io file")
    return read, written


def parse_boot_time(text: bytes) -> int:
    """Seconds since 1970 at which the machine booted, from ``/proc/stat``. Raises ValueError without it."""
    for line in text.split(b"\n"):
        if line.startswith(b"btime "):
            return int(line[6:])
    raise ValueError("no btime in /proc/stat")


def parse_command(text: bytes) -> str:
    """A ``/proc/<pid>/cmdline`` as one line of text: NUL becomes a space, bytes that are no UTF-8 become U+FFFD."""
    return text.rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
