"""Descriptors that are kept open under ``/proc/<pid>``, within what the system allows.

Opening costs more than reading, so the reader of processes keeps its files open. How many it may
keep is decided here. Knows no format and no process.
"""

from __future__ import annotations

import os
import resource

SPARE = 512
"""Descriptors that stay free for the rest of the program."""
HIGHEST = 65536
"""The soft limit is never raised above this."""


class KeptDescriptors:
    """Opens files by path and counts how many are open.

    Up to half of the soft limit of descriptors (RLIMIT_NOFILE) is used, and `SPARE` are left free.
    Where that is not enough the soft limit is raised towards the hard limit, once, which needs no
    right; programs that this one starts inherit it. ``most`` sets a fixed number instead.
    """

    def __init__(self, most: int | None = None) -> None:
        self._fixed = most is not None
        self._most = _allowance() if most is None else most
        self.count = 0

    def room(self, wanted: int) -> bool:
        """Whether ``wanted`` more descriptors may be kept."""
        if self.count + wanted > self._most and not self._fixed:
            self._fixed = True
            _raise_limit()
            self._most = _allowance()
        return self.count + wanted <= self._most

    def open(self, path: str) -> int:
        """A descriptor to keep. Raises OSError."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.count += 1
        return descriptor

    def close(self, descriptor: int) -> None:
        """Give back a descriptor of `open`."""
        self.count -= 1
        os.close(descriptor)


def read_once(path: str, size: int) -> bytes:
    """The first ``size`` bytes of a file of ``/proc``, which answers such a read whole. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def _allowance() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return HIGHEST
    return max(0, min(soft // 2, soft - SPARE))


def _raise_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HIGHEST if hard == resource.RLIM_INFINITY else min(hard, HIGHEST)
    if soft == resource.RLIM_INFINITY or wanted <= soft:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return  # some sandboxes forbid it: the present limit stays, files beyond it are opened for each reading
