"""What the command line orders from the window: the contract between `sysmon.cli` and `sysmon.ui`.

`sysmon.ui.desktop.main(WindowOrder) -> int` opens the window and answers the exit code;
`sysmon.ui.screenshot.main(ScreenshotOrder) -> int` renders one page into a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings

DEMO_MACHINES = 7
"""Machines that a demo simulates where nobody says how many."""
MOST_MACHINES = 1000
"""Machines that it can simulate at once."""


@dataclass(frozen=True, slots=True)
class WindowOrder:
    """Open the window. Theme, range and first page are in ``settings``, command line included."""

    settings: Settings
    paths: Paths
    host: str | None = None
    """The machine to show first; None for this one."""
    demo: bool = False
    """Show simulated machines, labelled as such."""
    page: str | None = None
    """The page that the command line asked for: what a window that is open already is told to show."""
    machines: int = DEMO_MACHINES
    """How many are simulated."""


@dataclass(frozen=True, slots=True)
class ScreenshotOrder:
    """Render one page off-screen. The page and the theme are in ``settings``."""

    settings: Settings
    file: Path
    """Where the PNG goes; its folder exists."""
    width: int = 1440
    height: int = 900
    after: float = 3.0
    """Seconds of live data to gather before the picture is taken."""
    host: str | None = None
    demo: bool = False
    machines: int = DEMO_MACHINES
    """How many are simulated."""
    choose: str | None = None
    """What to choose on the page; None for nothing."""
    opened: str | None = None
    """What stands open over the page: "add-machine", "share"; None for nothing."""
