"""Asking a file system that may never answer for its space, without waiting for it.

A file system on a dead server keeps ``statvfs`` in the kernel for minutes or for ever, and nobody
can call it back. So each such mount is asked on a thread of its own, and at most one of them hangs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

StatVfs = Callable[[bytes], os.statvfs_result]


class MountProbe:
    """Asks one mount at a time. Used by one thread; the answer comes from another."""

    def __init__(self, path: bytes, statvfs: StatVfs) -> None:
        self._path = path
        self._statvfs = statvfs
        self._answered: threading.Event | None = None
        self._answer: os.statvfs_result | OSError | None = None

    def ask(self) -> None:
        """Ask, unless the last question is still open."""
        if self._answered is not None:
            return
        self._answered = answered = threading.Event()

        def work() -> None:
            try:
                self._answer = self._statvfs(self._path)
            except OSError as error:
                self._answer = error
            answered.set()

        # A daemon: one that hangs in the kernel must not keep the program from ending.
        threading.Thread(target=work, name=f"statvfs {os.fsdecode(self._path)}", daemon=True).start()

    def answer(self, patience: float) -> os.statvfs_result | None:
        """The answer to the last `ask`, waiting at most ``patience`` seconds; None while there is none.

        Raises OSError where the file system answered with an error.
        """
        if self._answered is None or not self._answered.wait(max(0.0, patience)):
            return None
        answer, self._answered, self._answer = self._answer, None, None
        if isinstance(answer, OSError):
            raise answer
        return answer
