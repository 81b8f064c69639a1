"""Make the pictures of docs/screenshots: every page, dark and light, large and small, with simulated
machines; the page about the program itself shows the machine that it runs on. Pages of all machines also with many.

Run it with the interpreter that sysmon is installed for: ``.venv/bin/python scripts/screenshots.py``.
Takes some minutes. Pictures are made smaller with pngquant where that is installed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from sysmon.ui.pages.registry import entries

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZES = ("1440x900", "900x600")
THEMES = ("dark", "light")
DIALOGS = {"add-machine": "fleet", "share": "connections"}
"""What stands open over which page."""
CROWDS = {"fleet-of-60": ("fleet", 60, 8), "fleet-heat-of-500": ("fleet-heat", 500, 30)}
"""Pictures of many machines, dark and large only: page, machines, and seconds until they all have a past."""


def main() -> int:
    """Make them all, or those of the pages that are named; answer the exit code."""
    names = [*(page.name for page in entries()), *DIALOGS, *CROWDS]
    parser = argparse.ArgumentParser(description="Make the pictures of docs/screenshots.")
    parser.add_argument("page", nargs="*", help=f"only these pages; all of {', '.join(names)}")
    wanted: list[str] = parser.parse_args().page or names
    FOLDER.mkdir(exist_ok=True)
    for page in wanted:
        if page in CROWDS:
            take(page, THEMES[0], SIZES[0])
            continue
        for theme in THEMES:
            for size in SIZES:
                take(page, theme, size)
    return 0


def take(page: str, theme: str, size: str) -> None:
    """Make one picture. Raises CalledProcessError where the program fails."""
    file = FOLDER / f"{page}-{theme}-{size}.png"
    shown, machines, after = CROWDS.get(page, (DIALOGS.get(page, page), 0, 3))
    command = [sys.executable, "-m", "sysmon", "screenshot", "--page", shown, "--theme", theme]
    if page != "about":  # what this program costs is no simulation
        command.append("--demo")
    if machines:
        command += ["--machines", str(machines)]
    if page == "processes":
        command += ["--choose", "rustc"]
    if page in DIALOGS:
        command += ["--open", "share code" if page == "share" else page]
    subprocess.run([*command, "--size", size, "--after", str(after), str(file)], check=True)
    quantiser = shutil.which("pngquant")
    if quantiser is not None:
        subprocess.run([quantiser, "--force", "--skip-if-larger", "--output", str(file), str(file)], check=False)
    print(f"{file.name}: {file.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    sys.exit(main())
