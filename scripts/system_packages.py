"""What Qt and the tests load from the system on Linux, and how it gets there.

Only Debian and its relatives are served by themselves (apt-get); elsewhere the missing libraries
are named. Windows and macOS bring all that Qt needs. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

LIBRARIES = {
    "libdbus-1.so.3": "libdbus-1-3",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What the Qt of PySide6-Essentials loads for windows on X11 and Wayland: library, package of Debian."""

PROGRAMS = {
    "test": {"Xvfb": "xvfb", "xdotool": "xdotool", "free": "procps", "ip": "iproute2"},
    "package": {"objdump": "binutils", "Xvfb": "xvfb", "xdotool": "xdotool"},
    "bench": {"Xvfb": "xvfb", "xdotool": "xdotool", "gcc": "gcc libc6-dev"},
}
"""Purpose: programs it starts, with the packages of Debian that hold them."""


def missing_packages(purpose: str) -> dict[str, str]:
    """Libraries and programs that ``purpose`` needs and this system lacks, each with its package."""
    if not sys.platform.startswith("linux"):
        return {}
    libraries = LIBRARIES | (python_library() if purpose == "package" else {})
    lacking = {library: package for library, package in libraries.items() if not loads(library)}
    programs = PROGRAMS.get(purpose, {})
    return lacking | {program: package for program, package in programs.items() if not shutil.which(program)}


def python_library() -> dict[str, str]:
    """The interpreter as a library, which goes into the frozen program; Debian's python3 is linked without it."""
    name = f"libpython{sys.version_info.major}.{sys.version_info.minor}"
    return {f"{name}.so.1.0": name} if sys.base_prefix == "/usr" else {}


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def provide(lacking: dict[str, str]) -> str | None:
    """Install what is missing; None when it is there, else one line that says what the user must install."""
    packages = sorted({word for packages in lacking.values() for word in packages.split()})
    if not shutil.which("apt-get"):
        return f"these are missing, please install them with your package manager: {', '.join(sorted(lacking))}"
    rights = administrator()
    if rights is None:
        return f"system packages are missing, please run: sudo apt-get install --yes {' '.join(packages)}"
    print(f"set-up: system packages {' '.join(packages)}", flush=True)
    if apt(rights, "install", *packages) is None:
        return None
    # The lists of a fresh machine are empty, those of an old one are stale.
    problem = apt(rights, "update") or apt(rights, "install", *packages)
    if problem is None:
        return None
    return f"{problem}; please run: sudo apt-get update && sudo apt-get install --yes {' '.join(packages)}"


def administrator() -> list[str] | None:
    """The words to put before a command that needs the administrator's rights; None where there are none."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt(rights: Sequence[str], action: str, *packages: str) -> str | None:
    """Run apt-get without questions; None when it succeeded, else the last line of its complaint."""
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", action, "--quiet", "--yes"]
    command += ["--option", "DPkg::Lock::Timeout=120"]  # a fresh machine may be busy with its own updates
    if action == "install":
        command += ["--no-install-recommends", *packages]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"apt-get {action} failed with status {done.returncode}"])[-1]
