"""Reading files of the kernel (``/proc``, ``/sys``) cheaply: descriptors are kept, no format is known here.

Opening a file costs more than reading it, so a file that is read on every tick keeps its
descriptor. Knows no metric.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sysmon.model.errors import CollectorFailed, CollectorUnavailable

_FIRST_SIZE: Final = 16 * 1024
_LARGEST: Final = 16 * 1024 * 1024
"""No file of the kernel that this program reads comes near; a larger one is not what it claims to be."""

_STALE: Final = frozenset({errno.ENODEV, errno.ESRCH, errno.EBADF, errno.ESTALE, errno.ENXIO})
"""What a kept descriptor answers after its device or process is gone: the path may mean a new one by now."""


class KeptFile:
    """A file that is opened once and read whole, from its start, as often as wanted.

    Used by one thread at a time.
    """

    __slots__ = ("_descriptor", "_size", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._size = _FIRST_SIZE

    def read(self) -> bytes:
        """The whole content now.

        Opens on first use, and again once where the kept descriptor went stale. Raises OSError
        where the file cannot be opened or read, CollectorFailed where it is absurdly large.
        """
        if self._descriptor is None:
            return self._drain(self._open())
        try:
            return self._drain(self._descriptor)
        except OSError as error:
            if error.errno not in _STALE:
                raise
        self.close()
        return self._drain(self._open())

    def require(self) -> bytes:
        """`read`, where a file that is absent or forbidden means that this machine lacks the family.

        Raises CollectorUnavailable with the reason then; otherwise as `read`.
        """
        try:
            return self.read()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise CollectorUnavailable(f"{self.path} does not exist on this system") from error
        except PermissionError as error:
            raise CollectorUnavailable(f"this user may not read {self.path}") from error

    def close(self) -> None:
        """Give the descriptor back. Idempotent; a later `read` opens the file again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                os.close(descriptor)
            except OSError as error:
                if error.errno != errno.EBADF:
                    raise

    def _open(self) -> int:
        self._descriptor = descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        return descriptor

    def _drain(self, descriptor: int) -> bytes:
        # A short read is no end of file: a seq_file answers at most one of its buffers (often a
        # page) a call. Only an empty read is the end; asking for it costs under a microsecond.
        data = os.pread(descriptor, self._size, 0)
        more = os.pread(descriptor, self._size, len(data)) if data else b""
        return data + self._rest(descriptor, len(data), more) if more else data

    def _rest(self, descriptor: int, offset: int, chunk: bytes) -> bytes:
        chunks: list[bytes] = []
        while chunk:
            chunks.append(chunk)
            offset += len(chunk)
            if offset > _LARGEST:
                raise CollectorFailed(f"{self.path} is larger than {_LARGEST >> 20} MiB")
            self._size = max(self._size, min(_LARGEST, 1 << offset.bit_length()))
            chunk = os.pread(descriptor, self._size, offset)
        return b"".join(chunks)


def attribute(path: Path) -> str | None:
    """The text of a one-value file (``/sys/block/sda/size``), stripped; None where it has none.

    Many such files exist and still answer an error (``speed`` of a link that is down, EINVAL;
    a device that is going away, ENODEV), so every OSError is an absent value.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            data = file.read(4096)
    except OSError:
        return None
    return data.decode("utf-8", "backslashreplace").strip() if data else None


def entries(directory: Path) -> list[str]:
    """The sorted names in ``directory``; nothing where it cannot be listed."""
    try:
        return sorted(entry.name for entry in directory.iterdir())
    except OSError:
        return []


def close_all(files: Iterable[KeptFile]) -> None:
    """Close every file of ``files``."""
    for file in files:
        file.close()
