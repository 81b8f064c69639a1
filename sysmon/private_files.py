"""Files that only this user may read, replaced at once and whole: settings, keys, the list of peers, audit lists.

Whoever reads sees the old content or the new one, also after a crash and also where two programs write.
Knows nothing of what is inside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import Final

_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""How a file system says that it has no second names for a file, as some network and memory card ones have not."""


def private_folder(folder: Path) -> Path:
    """Make ``folder`` with mode 0700 (its missing parents as the umask says) and answer it. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def replace(file: Path, content: bytes) -> os.stat_result:
    """Put ``content`` in the place of ``file``, mode 0600. Raises OSError; the file is then as before.

    Answers what `Path.stat` tells of it, until somebody else replaces it.
    """
    written = _written(file, content)
    try:
        found = written.stat()
        written.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            written.unlink()
        raise
    _sync_folder(file.parent)
    return found


def create(file: Path, content: bytes) -> None:
    """Make ``file`` with ``content``, mode 0600, where there is none. Raises FileExistsError where there is, OSError.

    Of two programs that do so at once, one succeeds, and the other finds a complete file.
    """
    written = _written(file, content)
    try:
        _give_name(written, file)
    finally:
        with contextlib.suppress(OSError):
            written.unlink()
    _sync_folder(file.parent)


def keep_aside(file: Path) -> Path:
    """Move ``file`` to the first free name beside it, which is answered. Raises OSError."""
    number = 1
    while True:
        aside = file.with_name(f"{file.name}.broken-{number}")
        try:
            _give_name(file, aside)
        except FileExistsError:
            number += 1
        else:
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
            return aside


def append_line(file: Path, line: str, largest: int) -> None:
    """Add ``line`` to ``file``, which becomes ``file.1`` where it has ``largest`` bytes. Raises OSError.

    The line is one write, so two programs may share the file.
    """
    private_folder(file.parent)
    with contextlib.suppress(FileNotFoundError):
        if file.stat().st_size >= largest:
            file.replace(older_part(file))
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        os.write(descriptor, (line + "\n").encode())
    finally:
        os.close(descriptor)


def older_part(file: Path) -> Path:
    """Where `append_line` keeps what came before."""
    return file.with_name(file.name + ".1")


def _written(file: Path, content: bytes) -> Path:
    """``content`` in a new file beside ``file``, safe on the disk."""
    private_folder(file.parent)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _give_name(file: Path, name: Path) -> None:
    """Name ``file`` also ``name`` where nothing has that name yet; else FileExistsError."""
    if os.name == "nt":
        file.rename(name)  # never replaces anything on Windows
        return
    try:
        os.link(file, name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Whoever makes the empty file has the name; another one sees it empty for a moment.
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        file.replace(name)


def _sync_folder(folder: Path) -> None:
    """A new name lasts only when its folder is on the disk too (rename(2) promises nothing about a crash)."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # some file systems refuse this for folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
