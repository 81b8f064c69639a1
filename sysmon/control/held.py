"""Holding on to a process so that nothing is done to another one that got its PID.

On Linux a pidfd names the process itself (pidfd_open(2), kernel 5.3); its start time is compared
*after* it is open, so what is held is what was meant. Elsewhere psutil compares start times.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator
from typing import Final

import psutil

from sysmon.model.process import ProcessKey

START_SLACK: Final = 1.5
"""Seconds by which two readings of one start time may differ: it counts from a boot time that the
kernel tells in whole seconds, and that moves when the clock is slewed."""


class GoneError(Exception):
    """The process ended, or its PID belongs to another one now."""


class Held:
    """A process that is surely the one that was meant, while it is held."""

    def __init__(self, process: psutil.Process, descriptor: int | None) -> None:
        self.process = process
        self._descriptor = descriptor

    def send(self, number: int) -> None:
        """Send signal ``number``. Raises ProcessLookupError, PermissionError, OSError."""
        if self._descriptor is not None:
            signal.pidfd_send_signal(self._descriptor, number)
        else:
            self.process.send_signal(number)


@contextlib.contextmanager
def held(key: ProcessKey) -> Generator[Held, None, None]:
    """Hold the process ``key``. Raises GoneError where it is not there any more."""
    descriptor = _open(key.pid)
    try:
        try:
            process = psutil.Process(key.pid)
            started = process.create_time()
        except psutil.NoSuchProcess as error:
            raise GoneError(f"process {key.pid} has ended") from error
        if abs(started - key.start) > START_SLACK:
            raise GoneError(f"PID {key.pid} belongs to another process by now")
        yield Held(process, descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(pid: int) -> int | None:
    """A pidfd, or None where this system has none."""
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        return None
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise GoneError(f"process {pid} has ended") from error
    except OSError:
        # An old kernel, or a sandbox that forbids the call: psutil's own comparison has to do.
        return None


def alive(key: ProcessKey) -> bool:
    """Whether the process ``key`` still runs; one that has ended but was not waited for does not."""
    try:
        with held(key) as process:
            return process.process.status() != psutil.STATUS_ZOMBIE
    except (GoneError, psutil.NoSuchProcess):
        return False
    except psutil.Error:
        return True
