"""Logging of a whole program run: one file that rotates, one format, last words of a crash.

What others may name (processes, devices, peers) is escaped before it reaches a file or a
terminal. Knows nothing of what is logged.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import os
import sys
import threading
import time
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from sysmon.model.printable import printable
from sysmon.private_files import private_folder
from sysmon.runtime.paths import Paths

log = logging.getLogger(__name__)

SIZE = 1 << 20
KEPT = 3
"""Each log file is at most 1 MiB; three older ones are kept."""


class PlainFormatter(logging.Formatter):
    """``2026-11-23T12:00:00.123Z INFO sysmon.runtime.engine: text``; a message is always one line."""

    converter = time.gmtime

    def __init__(self, head: str = "%(asctime)s.%(msecs)03dZ %(levelname)s ") -> None:
        super().__init__(f"{head}%(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        # A trace is kept in the record once it is text; one that another handler made is not escaped.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # name of the base class
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  # name of the base class
        return "\n".join(printable(line) for line in super().formatException(ei).split("\n"))


class JournalFormatter(PlainFormatter):
    """``<4>sysmon.runtime.engine: text``: the journal of systemd has times of its own, and levels by number (sd-daemon(3))."""

    def __init__(self) -> None:
        super().__init__(head="")

    def format(self, record: logging.LogRecord) -> str:
        level = next(number for least, number in _SYSLOG if record.levelno >= least)
        return "\n".join(f"<{level}>{line}" for line in super().format(record).split("\n"))


_SYSLOG: Final = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))
"""Levels of syslog(3), by the least of ours."""

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Logs:
    """The logging of this process, from `start_logs` until `close`."""

    def __init__(self, handlers: list[logging.Handler], level: int, crash: TextIOWrapper | None) -> None:
        self._root = logging.getLogger()
        self._old_level = self._root.level
        self._handlers = handlers
        self._crash = crash
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._root.setLevel(level)
        for handler in handlers:
            self._root.addHandler(handler)
        if crash is not None:
            faulthandler.enable(crash)
        sys.excepthook = _log_uncaught
        threading.excepthook = _log_thread
        sys.unraisablehook = _log_unraisable

    def set_level(self, word: str) -> None:
        """Keep messages from ``word`` ("debug", "info", "warning", "error") on."""
        self._root.setLevel(_level(word))

    def close(self) -> None:
        """Give back hooks, handlers and files; an empty crash file is removed. Idempotent."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        for handler in self._handlers:
            self._root.removeHandler(handler)
            handler.close()
        self._handlers = []
        self._root.setLevel(self._old_level)
        if self._crash is not None:
            faulthandler.disable()
            name = Path(self._crash.name)
            self._crash.close()
            self._crash = None
            with contextlib.suppress(OSError):
                if name.stat().st_size == 0:
                    name.unlink()


def start_logs(paths: Paths, role: str, level: str, *, terminal: bool = False) -> Logs:
    """Log to the file of ``role``, and to standard error where ``terminal``.

    Where the file cannot be written (full or read-only disk) standard error gets everything, and says why.
    """
    handlers: list[logging.Handler] = []
    crash: TextIOWrapper | None = None
    problem: OSError | None = None
    try:
        private_folder(paths.state)
        handlers.append(_PrivateFile(paths.log_file(role)))
        crash = _append(paths.crash_file(role))
    except OSError as error:
        problem = error
    if terminal or not handlers:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        to_journal = not isinstance(handler, _PrivateFile) and _is_journal(sys.stderr)
        handler.setFormatter(JournalFormatter() if to_journal else PlainFormatter())
    logs = Logs(handlers, _level(level), crash)
    if problem is not None:
        log.warning("no log file: %s", problem)
    return logs


def _is_journal(stream: TextIO | None) -> bool:
    """Whether ``stream`` goes to the journal of systemd, which tells its device and inode (systemd.exec(5))."""
    told = os.environ.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(stream.fileno()) if told and stream is not None else None
    except (OSError, ValueError):  # closed, or no file at all
        return False
    return status is not None and told == f"{status.st_dev}:{status.st_ino}"


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Rotates by size; every file has mode 0600, since it may name what its user runs."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=SIZE, backupCount=KEPT)

    def _open(self) -> TextIOWrapper:  # the hook by which logging opens each new file
        return _append(Path(self.baseFilename))


def _append(file: Path) -> TextIOWrapper:
    """``file`` open for appending, created with mode 0600. Raises OSError."""

    def private(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    return open(file, "a", encoding="utf-8", errors="backslashreplace", opener=private)


def _level(word: str) -> int:
    return logging.getLevelNamesMapping()[word.upper()]


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the program ended with an error", exc_info=(kind, error, trace))


def _log_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = args.thread.name if args.thread is not None else "?"
        trace = (args.exc_type, args.exc_value, args.exc_traceback)
        log.critical("thread %s ended with an error", name, exc_info=trace)


def _log_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        trace = (args.exc_type, args.exc_value, args.exc_traceback)
        log.error("%s: %r", args.err_msg or "ignored error", args.object, exc_info=trace)
