"""Whether a process can have been born since the last look, without listing ``/proc``.

Listing ``/proc`` makes the kernel walk every process. ``/proc/loadavg`` ends with the PID given
out last in the PID namespace of the reader (proc_loadavg(5)): where that has not moved, nobody was born.
Knows no process.
"""

from __future__ import annotations

import os

from sysmon.collectors.processes_linux_files import KeptDescriptors


class Births:
    """Watches the PID that was given out last. Says "perhaps" wherever it cannot be sure."""

    def __init__(self, root: str, files: KeptDescriptors) -> None:
        self._root = root
        self._files = files
        self._descriptor: int | None = None
        self._trusted = True
        self._last = b""
        self._moved = True

    def possible(self) -> bool:
        """Whether a list made at the last call may lack anybody by now. The first call says yes."""
        if not self._trusted:
            return True
        try:
            if self._descriptor is None:
                self._descriptor = self._open()
            last = os.pread(self._descriptor, 128, 0).rpartition(b" ")[2]
        except OSError:
            self.close()
            return True
        # A PID is given out a moment before its process is listed: one look more after the last birth.
        before, self._last = self._last, last
        moved, self._moved = self._moved, last != before or not last
        return moved or self._moved

    def close(self) -> None:
        """Give the descriptor back. Idempotent; every later answer is yes."""
        self._trusted = False
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            self._files.close(descriptor)

    def _open(self) -> int:
        # loadavg tells of the reader's own namespace, the list of the one that /proc was mounted in:
        # they are the same where /proc calls this process by the PID that it has for itself.
        if os.readlink(f"{self._root}/self") != str(os.getpid()):  # noqa: PTH115 - the rest is text too
            raise FileNotFoundError(f"{self._root} is of another PID namespace")
        return self._files.open(f"{self._root}/loadavg")
