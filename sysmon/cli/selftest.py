"""``sysmon selftest``: does this installation work? Every module, one reading, keys and TLS in memory, one window off-screen.

The packaged program runs it after it was built. Without the gui packages the window is left out.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import os
import pkgutil
import sys
import tempfile
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import sysmon
from sysmon.cli.commands import command_parser
from sysmon.cli.window import GUI_PACKAGES, explain
from sysmon.collectors.processes import open_process_reader
from sysmon.collectors.registry import local_collectors
from sysmon.model import names
from sysmon.model.errors import SysmonError
from sysmon.runtime.reading import read_machine
from sysmon.runtime.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n"


class SelftestFailed(SysmonError):
    """This installation does not work."""


def parser() -> ArgumentParser:
    made = command_parser(
        "selftest",
        "Check that this installation works: import every module, read the machine once, let two machines in memory pair\n"
        "and shake hands, and draw a window off-screen where the gui packages are there. No connection is made to\n"
        "anybody. Ends with 0 where all is well, else with 1.",
    )
    made.add_argument("--qt", action="store_true", help=SUPPRESS)
    return made


def run(args: Namespace) -> int:
    if args.qt:
        return _tell_qt()
    window = has_gui()
    steps: list[tuple[str, Callable[[], str]]] = [
        ("modules", lambda: import_all(window)),
        ("reading", read_once),
        ("links", link_once),
    ]
    if window:
        steps.append(("window", draw_once))
    for name, step in steps:
        try:
            print(f"ok      {name}: {step()}", flush=True)
        except Exception as error:  # noqa: BLE001  # whatever it is: this installation does not work, and that is the answer
            print(f"failed  {name}: {type(error).__name__}: {error}")
            return 1
    if not window:
        print("skipped window: the gui packages are not installed")
    return 0


def has_gui() -> bool:
    """True where every package of the window can be found."""
    return all(importlib.util.find_spec(package) is not None for package in GUI_PACKAGES)


def import_all(with_window: bool) -> str:
    """Import every module of the program. Raises ImportError."""
    count = 0
    for found in pkgutil.walk_packages(sysmon.__path__, "sysmon."):
        room = found.name.split(".")[1]
        if room == "__main__" or (room == "ui" and not with_window):
            continue
        importlib.import_module(found.name)
        count += 1
    return f"{count} imported"


def read_once() -> str:
    """Read every family once and look at what every machine has. Raises SelftestFailed."""
    collectors, processes = local_collectors(), open_process_reader()
    try:
        reading = read_machine(collectors, processes, 0.0)
    finally:
        processes.close()
        for collector in collectors:
            collector.close()
    totals: dict[str, float] = {}
    for family in reading.families:
        for figure in family.figures:
            metric = figure.series.metric
            totals[metric.name] = totals.get(metric.name, 0.0) + max(0.0, figure.value)
    for needed in (names.CPU_TIME, names.MEMORY_LIMIT):
        if not totals.get(needed.name, 0.0) > 0.0:
            raise SelftestFailed(f"{needed.name} could not be read")
    if reading.processes is None or not reading.processes.rows:
        raise SelftestFailed("no process could be read")
    working = sum(1 for family in reading.families if family.reason is None)
    return f"{working} of {len(reading.families)} families, {len(reading.processes.rows)} processes"


def link_once() -> str:
    """Keys, pairing, TLS, discovery and the QR code of a link, without a connection. Raises SysmonError, ImportError."""
    from sysmon.transport.self_check import check_discovery, check_trust
    from sysmon.viewmodels.qr_code import qr_code

    with tempfile.TemporaryDirectory(prefix="sysmon-selftest-") as folder:
        trust = check_trust(Path(folder))
    discovery = asyncio.run(check_discovery())
    if not any(any(row) for row in qr_code("sysmon://atlas:4870/")):
        raise SelftestFailed("a QR code came out empty")
    return f"{trust}; discovery: {discovery}"


def draw_once() -> str:
    """Draw the first page off-screen and look at the file. Raises SelftestFailed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from sysmon.ui.screenshot import main
    except ImportError as error:
        raise explain(error) from error
    from sysmon.runtime.launch import ScreenshotOrder

    with tempfile.TemporaryDirectory(prefix="sysmon-selftest-") as folder:
        file = Path(folder) / "overview.png"
        code = main(ScreenshotOrder(Settings(), file, 900, 600, 0.5))
        if code != 0 or not file.is_file():
            raise SelftestFailed(f"the window could not be drawn (code {code})")
        picture = file.read_bytes()
    if not picture.startswith(PNG):
        raise SelftestFailed("what was drawn is no PNG")
    return f"drawn, {len(picture):,} bytes"


def _tell_qt() -> int:
    """Print what Qt says about display and tray, for `sysmon doctor`."""
    try:
        from sysmon.ui.qt_facts import qt_facts
    except ImportError as error:
        print(explain(error), file=sys.stderr)
        return 1
    print(json.dumps(asdict(qt_facts())))
    return 0
