"""Find, understand and end a real process with the keyboard alone, in a real window on a real X server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own; skipped where there is none."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("needs Xvfb and xdotool")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        yield f":{number}"
        server.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="an X server is a matter of Linux here")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("where", ["process_scene", "remote_scene"])
def test_the_holder_of_a_port_is_found_read_calmed_held_ended_and_written_down(
    display: str, tmp_path: Path, where: str
) -> None:
    """On this machine, and on another one that grants all rights: it is the same."""
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SYSMON_HOME": str(tmp_path)}
    environment["PYTHONPATH"] = str(REPOSITORY)
    scene = subprocess.run(
        [sys.executable, "-m", f"tests.desktop.{where}"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert scene.returncode == 0, f"{scene.stdout}\n{scene.stderr}"
    assert "all done" in scene.stdout
