"""``sysmon`` and ``sysmon window``: open the window, or say in one line why that is not possible."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from sysmon.cli.arguments import add_demo, add_option, add_set, load_settings, overrides
from sysmon.cli.commands import command_parser
from sysmon.model.errors import SysmonError
from sysmon.runtime.paths import find_paths

NO_DISPLAY = 2
GUI_PACKAGES = {
    "PySide6": "PySide6-Essentials",
    "shiboken6": "PySide6-Essentials",
    "pyqtgraph": "pyqtgraph",
    "numpy": "numpy",
    "qasync": "qasync",
}
"""What the window imports, and the name of the package that has it."""


class WindowImpossible(SysmonError):
    """The window's own packages or libraries cannot be loaded."""


def parser() -> ArgumentParser:
    made = command_parser("", "Open the window on this machine.")
    add_option(made, "window.page")
    add_option(made, "window.theme")
    add_option(made, "window.start_hidden", "--hidden")
    made.add_argument("--host", metavar="NAME", help="the machine to show first")
    add_demo(made)
    add_option(made, "sampling.interval")
    add_set(made)
    return made


def run(args: Namespace) -> int:
    if not has_display(os.environ):
        print(
            "sysmon: no display here for the window; use `sysmon watch` in a terminal,"
            " `sysmon agent` without a screen, or `sysmon screenshot` for a picture",
            file=sys.stderr,
        )
        return NO_DISPLAY
    try:
        from sysmon.ui.desktop import main
    except ImportError as error:
        raise explain(error) from error
    from sysmon.runtime.launch import WindowOrder

    paths = find_paths()
    page = overrides(args).get("window.page")
    asked = page if isinstance(page, str) else None
    return main(WindowOrder(load_settings(args, paths), paths, args.host, args.demo, asked, args.machines))


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """True where a window can be expected to open: only Linux and its like tell beforehand."""
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def explain(error: ImportError) -> SysmonError:
    """What a failed import of the window means for the user. Answers the error to raise."""
    top = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and top in GUI_PACKAGES:
        return WindowImpossible(
            f"the window needs {GUI_PACKAGES[top]}, which is not installed. Install it with"
            ' `pip install "sysmon-desktop[gui]"`; `sysmon watch` works without it'
        )
    if top in GUI_PACKAGES or ".so" in str(error):
        from sysmon.runtime.doctor import package_for

        return WindowImpossible(f"Qt cannot be loaded: {error}. {package_for(str(error)) or 'Install that library'}")
    raise error
