"""``sysmon screenshot``: a page of the window as a PNG file, without a display."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from sysmon.cli.arguments import add_demo, add_option, add_set, load_settings
from sysmon.cli.commands import command_parser
from sysmon.cli.window import explain
from sysmon.model.errors import SysmonError
from sysmon.model.printable import printable

SMALLEST, LARGEST = (640, 400), (7680, 4320)


def parser() -> ArgumentParser:
    made = command_parser(
        "screenshot",
        "Render a page with live data into a PNG file. Needs the gui packages, but no display.",
        "Example:\n  sysmon screenshot --page cpu --theme dark --size 1440x900 --after 5 cpu.png",
    )
    add_option(made, "window.page")
    add_option(made, "window.theme")
    made.add_argument("--size", type=size, default=(1440, 900), metavar="WxH", help="in pixels; 1440x900")
    made.add_argument("--after", type=seconds, default=3.0, metavar="SECONDS", help="gather data so long; 3")
    made.add_argument("--host", metavar="NAME", help="the machine to show")
    made.add_argument("--choose", metavar="NAME", help="what to choose on the page: a process or a link by its name")
    made.add_argument("--open", metavar="NAME", dest="opened", help="what stands open over it: add-machine, share")
    add_demo(made)
    add_set(made)
    made.add_argument("file", type=Path, metavar="FILE.png")
    return made


def run(args: Namespace) -> int:
    file: Path = args.file
    if not file.absolute().parent.is_dir():
        raise SysmonError(f"there is no folder {printable(str(file.parent))}; make it first")
    try:
        from sysmon.ui.screenshot import main
    except ImportError as error:
        raise explain(error) from error
    from sysmon.runtime.launch import ScreenshotOrder

    width, height = args.size
    return main(
        ScreenshotOrder(
            load_settings(args),
            file,
            width,
            height,
            args.after,
            args.host,
            args.demo,
            args.machines,
            args.choose,
            args.opened,
        )
    )


def size(text: str) -> tuple[int, int]:
    """``"1440x900"`` as numbers."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if found is None:
        raise ArgumentTypeError("must be like 1440x900")
    width, height = int(found[1]), int(found[2])
    if not (SMALLEST[0] <= width <= LARGEST[0] and SMALLEST[1] <= height <= LARGEST[1]):
        raise ArgumentTypeError("must be between {}x{} and {}x{}".format(*SMALLEST, *LARGEST))
    return width, height


def seconds(text: str) -> float:
    """A time of 0 to 3600 s."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 3600.0:
        raise ArgumentTypeError("must be between 0 and 3600 seconds")
    return value
