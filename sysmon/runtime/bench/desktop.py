"""The window as a child process on a private X server, for benchmarks that look at it from outside. Linux.

Knows no window: it starts the program and reads what the program logs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sysmon.model.errors import SysmonError
from sysmon.runtime.paths import HOME_VARIABLE
from sysmon.runtime.program import own_command

NEEDED: Final = "Xvfb"
FIRST_PICTURE: Final = "first picture"
FIRST_FIGURES: Final = "first figures"
"""What the window logs when it has been painted, and when it has been painted with figures."""
_PATIENCE = 20.0


class WindowFailed(SysmonError):
    """The window did not open, or ended by itself."""


def missing(*, parts: bool = False) -> str | None:
    """Why no window can be measured here, None where it can. ``parts``: whether `part` is needed."""
    if not Path("/proc/self/stat").exists():
        return "needs Linux"
    if getattr(sys, "frozen", False) and parts:
        return "needs an installation with its modules, not the frozen program"
    return None if shutil.which(NEEDED) else f"{NEEDED} is not installed"


@dataclass(frozen=True, slots=True)
class Display:
    """A running X server."""

    name: str
    pid: int


@contextlib.contextmanager
def display(size: str = "1280x800x24") -> Generator[Display]:
    """A private X server with one screen of ``size``; ended on the way out."""
    read, write = os.pipe()
    words = [shutil.which(NEEDED) or NEEDED, "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]  # fmt: skip
    server = subprocess.Popen(words, pass_fds=(write,), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    os.close(write)
    try:
        with open(read, encoding="ascii") as numbers:
            number = numbers.readline().strip()
        if not number:
            raise WindowFailed(f"{NEEDED} did not start")
        yield Display(f":{number}", server.pid)
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True, slots=True)
class Program:
    """The running window."""

    pid: int
    begun: float
    """Seconds since 1970 at which it was started."""
    log: Path

    def logged(self, text: str) -> float:
        """Seconds from the start until the program logged ``text``. Raises WindowFailed where it does not."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError):
                for line in self.log.read_text("utf-8", "replace").splitlines():
                    if text in line:
                        return datetime.fromisoformat(line.split(" ", 1)[0]).timestamp() - self.begun
            time.sleep(0.05)
        raise WindowFailed(f"the window did not say {text!r} within {_PATIENCE:g} s")


def environment_on(on: Display, home: Path) -> dict[str, str]:
    """What a program needs to open its window on ``on``, with settings of its own in ``home``."""
    kept = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return kept | {"DISPLAY": on.name, HOME_VARIABLE: str(home)}


def part(name: str, *arguments: str) -> list[str]:
    """The words that start ``sysmon.ui.<name>``. Only where the program is not frozen."""
    return [sys.executable, "-m", f"sysmon.ui.{name}", *arguments]


@contextlib.contextmanager
def window(on: Display, home: Path, words: Sequence[str] = ()) -> Generator[Program]:
    """The program, or what ``words`` start instead, with settings of its own in ``home``; ended on the way out."""
    log = home / "state" / "desktop.log"
    log.unlink(missing_ok=True)
    begun = time.time()
    process = subprocess.Popen(  # noqa: S603  # our own program
        list(words) or own_command(),
        env=environment_on(on, home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Program(process.pid, begun, log)
        if process.poll() is not None:
            raise WindowFailed(f"the window ended by itself with exit code {process.returncode}")
    finally:
        process.terminate()
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
