"""A real X server with a window manager, keys that are really pressed, and the real program as a child."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

NEEDED = ("Xvfb", "openbox", "xdotool")
PATIENCE = 30.0


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a private display."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with open(read, encoding="ascii") as numbers:
        name = f":{numbers.readline().strip()}"
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": name}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield name
    for process in (manager, server):
        process.terminate()
        process.wait()


class Desktop:
    """The program on that display, and hands on its keyboard."""

    def __init__(self, display: str, home: Path) -> None:
        self.home = home
        self.environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
        self.environment |= {"DISPLAY": display, "SYSMON_HOME": str(home)}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "sysmon", *arguments], env=self.environment)
        self.processes.append(process)
        return process

    def xdotool(self, *words: str) -> str:
        answer = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=20)
        return answer.stdout.strip()

    def titles(self) -> list[str]:
        """Titles of the visible windows of the program."""
        found = self.xdotool("search", "--onlyvisible", "--name", "sysmon$").split()
        return [self.xdotool("getwindowname", number) for number in found]

    def opened(self) -> str:
        """Wait for the window, and give it the keyboard. Its number."""
        self.becomes(lambda: bool(self.titles()))
        number = self.xdotool("search", "--onlyvisible", "--name", "sysmon$").split()[-1]
        self.becomes(lambda: "first figures" in self.log())
        self.xdotool("windowactivate", "--sync", number)
        return number

    def press(self, *keys: str) -> None:
        self.xdotool("key", "--clearmodifiers", *keys)

    def log(self) -> str:
        file = self.home / "state" / "desktop.log"
        return file.read_text("utf-8") if file.exists() else ""

    def becomes(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"it did not happen; the log:\n{self.log()}"
            subprocess.run(["sleep", "0.1"], check=True)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def desktop(display: str, tmp_path: Path) -> Iterator[Desktop]:
    made = Desktop(display, tmp_path)
    yield made
    made.close()
