"""Files of ``/sys`` that hold one value and are read again and again, and words for their errors.

A kept descriptor makes a reading about five times cheaper than open, read, close: for a file of
sysfs or cgroupfs ``pread`` at offset 0 asks the driver anew
(https://docs.kernel.org/filesystems/sysfs.html). One page is all such a file can give, so one
call is enough, unlike for `sysmon.collectors.procfs.KeptFile`. Knows no metric and no family.
"""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path
from typing import Final

from sysmon.collectors.procfs import attribute

ATTRIBUTE_LIMIT: Final = 4096
"""Bytes read of one attribute: sysfs never gives more than a page."""

_WORDS: Final = {
    errno.EACCES: "not permitted",
    errno.EPERM: "not permitted",
    errno.ENODATA: "the device has no value now",
    errno.ENXIO: "the device has no value now",
    errno.EIO: "the device did not answer",
    errno.ETIMEDOUT: "the device did not answer in time",
    errno.EAGAIN: "the device is busy",
    errno.EBUSY: "the device is busy",
    errno.ENODEV: "the device is gone",
    errno.ENOENT: "the device is gone",
    errno.EINVAL: "the driver does not give this value",
    errno.EOPNOTSUPP: "the driver does not give this value",
}


NO_NUMBER: Final = "the driver gave no number"
"""The reason where a file could be read and holds something else."""


def reason_of(error: OSError) -> str:
    """Words for the user for what went wrong; completes the sentence "unavailable, because …"."""
    return _WORDS.get(error.errno or 0, error.strerror or "the file cannot be read")


def read_bytes(path: str, limit: int = ATTRIBUTE_LIMIT) -> bytes:
    """At most ``limit`` bytes of the file. Raises OSError."""
    # O_NONBLOCK: a FIFO in place of a file must not hang us.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.read(descriptor, limit)
    finally:
        os.close(descriptor)


def read_number(path: Path) -> float:
    """The number in the file, NaN where there is none or it cannot be read now."""
    return parse_number(attribute(path) or "")


def parse_number(text: bytes | str) -> float:
    """The one decimal number that is the whole of ``text``; NaN for anything else."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def clean_label(text: str, limit: int = 64) -> str:
    """A label that a driver or firmware gave, fit for a screen and a series key: one line, bounded."""
    printable = "".join(c if c.isprintable() and c not in "{},=" else " " for c in text[: 4 * limit])
    return " ".join(printable.split())[:limit].rstrip()


class SysFile:
    """One attribute file. Opened at the first `read`; the descriptor stays open where ``keep``.

    Not safe for use by several threads at once.
    """

    __slots__ = ("_descriptor", "_keep", "_limit", "path")

    def __init__(self, path: Path, *, keep: bool = True, limit: int = ATTRIBUTE_LIMIT) -> None:
        self.path = os.fspath(path)
        self._keep = keep
        self._limit = limit
        self._descriptor = -1

    def read(self) -> bytes:
        """The bytes of the file as of now, at most ``limit``. Raises OSError and forgets the descriptor then."""
        if not self._keep:
            return read_bytes(self.path, self._limit)
        if self._descriptor < 0:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            return os.pread(self._descriptor, self._limit, 0)
        except OSError:
            self.close()
            raise

    def number(self) -> float:
        """The number in the file, NaN for anything else. Raises OSError."""
        return parse_number(self.read())

    def close(self) -> None:
        """Give the descriptor back. Idempotent; a later `read` opens the file again."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
