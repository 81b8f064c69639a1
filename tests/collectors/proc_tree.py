"""A made ``/proc`` for tests: what the kernel would write, in a folder of the test."""

from __future__ import annotations

import shutil
from pathlib import Path

BOOT = 1_700_000_000
KERNEL_THREAD = 0x00200000
FORKED = 0x40


def stat_line(
    pid: int,
    comm: bytes = b"demo",
    *,
    state: bytes = b"S",
    parent: int = 1,
    flags: int = 0x400000,
    utime: int = 0,
    stime: int = 0,
    nice: int = 0,
    threads: int = 1,
    start: int = 1000,
    pages: int = 100,
) -> bytes:
    """One line of ``/proc/<pid>/stat`` with all 52 fields."""
    numbers = [
        parent,
        pid,
        pid,
        0,
        -1,
        flags,
        10,
        0,
        0,
        0,
        utime,
        stime,
        7,
        8,
        20,
        nice,
        threads,
        0,
        start,
        4096,
        pages,
    ]
    rest = [18446744073709551615, *range(25, 52)]
    return b"%d (%s) %s %s\n" % (pid, comm, state, " ".join(map(str, numbers + rest)).encode())


class ProcTree:
    """A folder that looks like ``/proc``. Files are rewritten in place, so that kept descriptors see it."""

    def __init__(self, root: Path, *, schedules: bool = True) -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        (root / "stat").write_bytes(b"cpu  1 2 3\nbtime %d\nprocesses 9\n" % BOOT)
        (root / "uptime").write_bytes(b"1.0 1.0\n")
        (root / "self").mkdir()
        (root / "self" / "schedstat").write_bytes(b"1000 5 3\n" if schedules else b"0 0 0\n")

    def put(
        self,
        pid: int,
        line: bytes,
        *,
        schedule: int | None = 1,
        command: bytes = b"demo\0-x\0",
        io: tuple[int, int] | None = (0, 0),
    ) -> None:
        """Make process ``pid``, or rewrite its files; ``schedule`` is the number of its time slices."""
        folder = self.root / str(pid)
        folder.mkdir(exist_ok=True)
        (folder / "stat").write_bytes(line)
        (folder / "cmdline").write_bytes(command)
        if schedule is not None:
            (folder / "schedstat").write_bytes(b"1000 0 %d\n" % schedule)
        if io is not None:
            (folder / "io").write_bytes(
                b"rchar: 1\nwchar: 2\nread_bytes: %d\nwrite_bytes: %d\ncancelled_write_bytes: 0\n" % io
            )

    def remove(self, pid: int) -> None:
        """End process ``pid``."""
        shutil.rmtree(self.root / str(pid))
