"""Other monitors that run beside ours, on a terminal of their own. Linux. Knows no benchmark."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Generator
from pathlib import Path

_ROWS, _COLUMNS = 40, 120


def installed_peers(folder: Path) -> dict[str, list[str]]:
    """Monitors that are installed, told to refresh once a second."""
    settings = folder / "btop"
    settings.mkdir()
    (settings / "btop.conf").write_text("update_ms = 1000\n", encoding="utf-8")
    wanted = {"btop": ["--utf-force"], "htop": ["--delay=10"]}
    found = {name: shutil.which(name) for name in wanted}
    return {name: [path, *wanted[name]] for name, path in found.items() if path}


@contextlib.contextmanager
def in_terminal(words: list[str], folder: Path) -> Generator[int]:
    """Run a full-screen program on a pseudo-terminal that somebody reads; gives its PID, and kills it on the way out."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(  # noqa: S603  # a monitor of this system
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    reader = threading.Thread(target=_drain, args=(ours,), name="terminal", daemon=True)
    reader.start()
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()
        reader.join(5.0)
        os.close(ours)


def _drain(descriptor: int) -> None:
    """Read and forget until the other side is closed (Linux answers EIO then)."""
    with contextlib.suppress(OSError):
        while os.read(descriptor, 65536):
            pass
