"""Real processes that hold things, and a thread that has the rights of nobody, for tests of details."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sysmon.collectors.processes_linux_stat import parse_boot_time, parse_stat
from sysmon.model.process import ProcessKey

NOBODY = 65534
_SETRESUID = {"x86_64": 117, "aarch64": 147}.get(platform.machine())

root_only = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or _SETRESUID is None, reason="only root can become nobody"
)

BECOME_NOBODY = f"""
import ctypes, os
os.setgroups([])
os.setuid({NOBODY})
ctypes.CDLL(None).prctl(4, int(os.environ.get("DUMPABLE", "1")))
"""
"""What a child runs to be of another user, and as readable as if that user had started it."""


def boot_time() -> float:
    """Seconds since 1970."""
    return float(parse_boot_time(Path("/proc/stat").read_bytes()))


def key_of(pid: int) -> ProcessKey:
    """The identity of a process that runs."""
    stat = parse_stat(Path(f"/proc/{pid}/stat").read_bytes())
    return ProcessKey(pid, boot_time() + stat.start / os.sysconf("SC_CLK_TCK"))


@contextlib.contextmanager
def child(program: str, *arguments: str, **environment: str) -> Iterator[tuple[ProcessKey, subprocess.Popen[bytes]]]:
    """A Python child that has run ``program`` and waits now. Killed on the way out."""
    code = program + "\nprint('ready', flush=True)\ninput()\n"
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield key_of(process.pid), process
        finally:
            process.kill()


@contextlib.contextmanager
def nobody_thread() -> Iterator[ThreadPoolExecutor]:
    """One thread that is nobody: the bare system call changes the thread that makes it, and no other."""
    libc = ctypes.CDLL(None)
    with ThreadPoolExecutor(1, initializer=lambda: libc.syscall(_SETRESUID, -1, NOBODY, -1)) as thread:
        yield thread
