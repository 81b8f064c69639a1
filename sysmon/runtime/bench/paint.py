"""Benchmark ``paint``: one refresh of the Overview with 300 and 3000 points a plot, smooth and pure noise."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.harness import Result

BOUND: Final = 8.0
NOISE_BOUND: Final = 2.0
_POINTS = (300, 3000)
_ROUNDS = 3
"""Odd, so that one round in a slow moment of the machine does not decide."""
_LONGEST = 120.0


def run() -> list[Result]:
    """Measure all four, each in a process of its own."""
    if getattr(sys, "frozen", False):
        reason = "needs an installation with its modules, not the frozen program"
        return [Result("ms_per_refresh", None, "ms", BOUND, reason)]
    cases = [(points, kind) for points in _POINTS for kind in ("smooth", "noise")]
    # The rounds take turns, so that a machine that is slow for a while is slow for all cases.
    rounds = [{case: _measure(*case) for case in cases} for _ in range(_ROUNDS)]
    found = {case: median(one[case] for one in rounds) for case in cases}
    worst = max(found, key=lambda case: found[case])
    results = [
        Result(
            "ms_per_refresh",
            found[worst],
            "ms",
            BOUND,
            f"the worst: {worst[0]} points, {worst[1]}; median of {_ROUNDS} rounds",
        )
    ]
    results += [Result(f"{kind}_{points}_ms", value, "ms") for (points, kind), value in found.items()]
    results += [
        Result(f"noise_to_smooth_{points}", found[points, "noise"] / found[points, "smooth"], "1", NOISE_BOUND)
        for points in _POINTS
    ]
    return results


def _measure(points: int, kind: str) -> float:
    answer = subprocess.run(  # noqa: S603  # our own program
        desktop.part("bench_paint", str(points), kind), stdout=subprocess.PIPE, timeout=_LONGEST, check=True
    )
    document: dict[str, float] = json.loads(answer.stdout)
    return document["ms_per_refresh"]
