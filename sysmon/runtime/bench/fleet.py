"""Benchmark ``fleet``: what a tick costs the window that shows all machines, for 7, 60 and 500 of them."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.harness import Result

COUNTS: Final = (7, 60, 500)
VIEWS: Final = {"tiles": "fleet", "table": "fleet-table", "heat": "fleet-heat"}
BOUND: Final = 50.0
"""Milliseconds of CPU time at 1 Hz: 5 % of a core with 500 machines."""
GROWTH_BOUND: Final = 5.0
"""500 machines against 7: seventy times as many."""
_ROUNDS: Final = 3
_LONGEST: Final = 240.0


def run() -> list[Result]:
    """Measure tiles of all sizes, and the other views of the largest, each in a process of its own."""
    return measure(_ROUNDS)


def run_quick() -> list[Result]:
    """One round."""
    return measure(1)


def measure(rounds: int) -> list[Result]:
    """The median of so many rounds that take turns, so that a slow moment of the machine is one of all cases."""
    if getattr(sys, "frozen", False):
        reason = "needs an installation with its modules, not the frozen program"
        return [Result("ui_ms_per_tick", None, "ms", BOUND, reason)]
    cases = [*((count, "tiles") for count in COUNTS), *((COUNTS[-1], view) for view in VIEWS if view != "tiles")]
    made = [{case: _measure(*case) for case in cases} for _ in range(rounds)]

    def value(case: tuple[int, str], key: str) -> float:
        return median(one[case][key] for one in made)

    spent = {case: value(case, "ms_per_tick") for case in cases}
    worst = max(spent, key=lambda case: spent[case])
    tiles = [(count, "tiles") for count in COUNTS]
    results = [
        Result("ui_ms_per_tick", spent[worst], "ms", BOUND, f"the worst: {worst[0]} machines, {worst[1]}"),
        *(Result(f"{view}_{count}_ms", spent[count, view], "ms") for count, view in cases),
    ]
    results += [
        Result(
            f"to_floor_{count}",
            spent[count, view] / value((count, view), "floor_ms"),
            "1",
            None,
            _floor(made[0][count, view]),
        )
        for count, view in tiles
    ]
    behind = max(one[case]["behind"] for one in made for case in cases)
    results.append(Result("behind", behind, "1", 0.0, "machines whose figures were not read in the second they came"))
    results.append(
        Result("growth", spent[tiles[-1]] / spent[tiles[0]], "1", GROWTH_BOUND, "500 machines against 7, tiles")
    )
    return results


def _floor(found: dict[str, float]) -> str:
    return f"against {found['tiles']:.0f} tiles and six lines that are only drawn: {found['floor_ms']:.2f} ms"


def _measure(count: int, view: str) -> dict[str, float]:
    answer = subprocess.run(  # noqa: S603  # our own program
        desktop.part("bench_fleet", str(count), VIEWS[view]), stdout=subprocess.PIPE, timeout=_LONGEST, check=True
    )
    document: dict[str, float] = json.loads(answer.stdout)
    return document
