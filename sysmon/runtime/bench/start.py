"""Benchmark ``start``: from the start of the process to the first complete picture, files in memory. Linux."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.harness import Result

BOUND: Final = 0.8
_WARM = 1
"""Starts that are not counted: they bring the files into memory."""


def run() -> list[Result]:
    """The median of seven starts."""
    return measure(7)


def run_quick() -> list[Result]:
    """The median of three starts."""
    return measure(3)


def measure(starts: int) -> list[Result]:
    """Start the program ``starts`` times."""
    reason = desktop.missing()
    if reason is not None:
        return [Result("first_paint_s", None, "s", BOUND, reason)]
    pictures: list[float] = []
    figures: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sysmon-bench-") as folder, desktop.display() as server:
        for number in range(_WARM + starts):
            with desktop.window(server, Path(folder)) as program:
                picture, figure = program.logged(desktop.FIRST_PICTURE), program.logged(desktop.FIRST_FIGURES)
            if number >= _WARM:
                pictures.append(picture)
                figures.append(figure)
    return [
        Result("first_paint_s", median(pictures), "s", BOUND, f"median of {starts}"),
        Result("first_paint_worst_s", max(pictures), "s"),
        Result("first_figures_s", median(figures), "s", None, "includes the wait for the first whole second"),
    ]
