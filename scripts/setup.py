"""Make everything ready to run, test or package sysmon from a checkout: `python3 scripts/setup.py run|test|package|bench|fuzz`.

Needs Python 3.11 or later and nothing else: neither pip inside the environment nor ensurepip nor a
C compiler. What was made is remembered in `.venv/ready-*`, so the next call returns at once.
Knows nothing of sysmon itself; standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from system_packages import missing_packages, provide

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = REPOSITORY / "constraints.txt"

EXTRAS = {"run": "gui", "test": "gui,dev", "package": "gui,dev", "bench": "gui,dev,bench", "fuzz": "dev,fuzz"}
"""Purpose: the extras of pyproject.toml that it needs."""

OLDEST, NEWEST = (3, 11), (3, 14)


class SetupError(Exception):
    """Set-up cannot go on; the text is one line that says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("purpose", choices=tuple(EXTRAS))
    purpose: str = parser.parse_args(arguments).purpose
    try:
        return make_ready(purpose)
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"set-up: failed with status {error.returncode}: {' '.join(error.cmd)}", file=sys.stderr)
        return 1


def make_ready(purpose: str) -> int:
    """Do what is still to do for ``purpose``; 0 when all is there."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupError(
            f"Python 3.11 to 3.14 is needed, this is {platform.python_version()}: make PYTHON=python3.11 …"
        )
    stamp, wanted = ENVIRONMENT / f"ready-{purpose}", fingerprint(purpose)
    if stamp.is_file() and PYTHON.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    install_system_packages(purpose)
    if not PYTHON.exists() or moved():
        create_environment()
    install_packages(purpose)
    stamp.write_text(wanted, encoding="utf-8")
    return 0


def fingerprint(purpose: str) -> str:
    """What the environment depends on; another text means it must be brought up to date."""
    digest = hashlib.sha256()
    for file in (
        REPOSITORY / "pyproject.toml",
        CONSTRAINTS,
        Path(__file__),
        Path(__file__).with_name("system_packages.py"),
    ):
        digest.update(file.read_bytes())
    return f"{purpose} {platform.python_version()} {REPOSITORY} {digest.hexdigest()}\n"


def install_system_packages(purpose: str) -> None:
    """Let the system's package manager install what Qt and the tests load, where it may."""
    lacking = missing_packages(purpose)
    if not lacking:
        return
    problem = provide(lacking)
    if problem is None:
        return
    if purpose == "run" and not has_display():
        print(f"set-up: going on without a window: {problem}", file=sys.stderr)
        return
    raise SetupError(problem)


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def made_for() -> str:
    """What an environment cannot outlive: its place, which its programs name, and the minor version of Python."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {REPOSITORY}\n"


def moved() -> bool:
    """True where `.venv` was made in another place or by another Python."""
    note = ENVIRONMENT / "made-for"
    return note.is_file() and note.read_text(encoding="utf-8") != made_for()


def create_environment() -> None:
    """Make `.venv`; without pip in it where this Python lacks ensurepip, as on Debian without python3-venv."""
    say("virtual environment in .venv")
    own_pip = importlib.util.find_spec("ensurepip") is not None
    options = ["--clear", *([] if own_pip else ["--without-pip"])]
    subprocess.run([sys.executable, "-m", "venv", *options, ENVIRONMENT], check=True)
    (ENVIRONMENT / "made-for").write_text(made_for(), encoding="utf-8")


def install_packages(purpose: str) -> None:
    """Install sysmon, editable, with the pinned packages of ``purpose``."""
    say(f"packages for {purpose} (pinned in constraints.txt)")
    # pip runs the build of sysmon itself in an environment of its own: pin that too.
    environment = os.environ | {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [*pip(), "install", "--quiet", "--no-input", "--editable", f"{REPOSITORY}[{EXTRAS[purpose]}]"]
    subprocess.run(command, check=True, env=environment)


def pip() -> list[str]:
    """The pip to use: that of the environment, else this Python's pip working on the environment."""
    probe = [PYTHON, "-c", "import pip"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    if importlib.util.find_spec("pip") is None:
        raise SetupError("pip is missing: install it (Debian: sudo apt-get install python3-pip), then try again")
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def say(step: str) -> None:
    print(f"set-up: {step}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
