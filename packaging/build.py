"""Freeze sysmon for this system into dist/sysmon, say how large it is and from what, and check that it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from contents import LINUX_FILES

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "dist" / "sysmon"
BUDGET = 225_000_000
"""Bytes of the folder: 195 MB with Debian's Python, 25 MB more with one that was built with its debug symbols. What links
need is 20 MB of it: cryptography, which brings an OpenSSL of its own, that of Python, zeroconf.
More is a mistake in contents.py until somebody shows what it is good for."""


def main() -> int:
    draw_icons()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    folders = ["--distpath", str(REPOSITORY / "dist"), "--workpath", str(REPOSITORY / "build")]
    subprocess.run([*command, *folders, str(REPOSITORY / "packaging" / "sysmon.spec")], check=True, cwd=REPOSITORY)
    if sys.platform.startswith("linux"):
        add_linux_files()
    size = report()
    if size > BUDGET:
        print(f"package: {size / 1e6:.0f} MB are more than the {BUDGET / 1e6:.0f} MB that it may have", file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, str(REPOSITORY / "packaging" / "check.py")], check=False).returncode


def draw_icons() -> None:
    """Make the icon files of Windows and macOS from the drawing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QIcon

    application = QGuiApplication([])
    drawing = QIcon(str(REPOSITORY / "resources" / "icons" / "sysmon.svg"))
    (REPOSITORY / "build").mkdir(exist_ok=True)
    for name in ("sysmon.ico", "sysmon.icns"):
        if not drawing.pixmap(256, 256).toImage().save(str(REPOSITORY / "build" / name)):
            raise OSError(f"Qt cannot write {name}")
    application.shutdown()


def add_linux_files() -> None:
    """What a desktop needs to list the program, and the units that run it without one."""
    for source, place in LINUX_FILES.items():
        folder = FOLDER / "share" / place
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / source, folder)


def report() -> int:
    """Print the size of the folder and its largest parts; the size in bytes."""
    parts: Counter[str] = Counter()
    for file in FOLDER.rglob("*"):
        if file.is_file() and not file.is_symlink():
            inside = file.relative_to(FOLDER).parts
            parts["/".join(inside[1:-1][:3] or inside[-1:])] += file.stat().st_size
    total = parts.total()
    print(f"{FOLDER.relative_to(REPOSITORY)}: {total / 1e6:.1f} MB")
    for part, size in parts.most_common(12):
        print(f"  {size / 1e6:6.1f} MB  {part}")
    return total


if __name__ == "__main__":
    sys.exit(main())
