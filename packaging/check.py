"""Check the frozen program: its own test, and its real window on an X server where there is one to start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "dist" / "sysmon" / ("sysmon.exe" if os.name == "nt" else "sysmon")
PATIENCE = 30.0
"""Seconds within which the window must appear, and within which the program must end."""


def main() -> int:
    # Nothing of the environment that built it may help the program to run.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "VIRTUAL_ENV"))}
    if subprocess.run([PROGRAM, "selftest"], check=False, env=clean).returncode != 0:
        return 1
    if shutil.which("Xvfb") and shutil.which("xdotool"):
        with tempfile.TemporaryDirectory() as home, x_server() as display:
            open_window(clean | {"SYSMON_HOME": home, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"})
    else:
        print("window: not checked, Xvfb and xdotool are needed for that")
    return 0


@contextmanager
def x_server() -> Generator[str]:
    """A screen of its own; the name of the display."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as answer:
                yield f":{answer.readline().strip()}"
        finally:
            server.terminate()


def open_window(environment: dict[str, str]) -> None:
    """Start the program, wait for its window, ask it to end and see that it does."""
    began = time.monotonic()
    with subprocess.Popen([PROGRAM], env=environment) as program:
        try:
            wait_for_window(program, environment, began + PATIENCE)
            shown = time.monotonic() - began
            program.send_signal(signal.SIGTERM)
            status = program.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise SystemExit(f"window: the program does not end within {PATIENCE:.0f} s of SIGTERM") from None
        finally:
            program.kill()
    if status not in (0, -signal.SIGTERM, 128 + signal.SIGTERM):
        raise SystemExit(f"window: the program ended with status {status}")
    print(f"window: on the screen after {shown:.1f} s, ended with status {status}")


def wait_for_window(program: subprocess.Popen[bytes], environment: dict[str, str], deadline: float) -> None:
    """Return when a window of ``program`` is visible; SystemExit when it ends or time is up before that."""
    find = ["xdotool", "search", "--onlyvisible", "--pid", str(program.pid)]
    while subprocess.run(find, env=environment, capture_output=True, check=False).returncode != 0:
        if program.poll() is not None:
            raise SystemExit(f"window: the program ended with status {program.returncode} before it was shown")
        if time.monotonic() > deadline:
            raise SystemExit(f"window: not on the screen within {PATIENCE:.0f} s")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
