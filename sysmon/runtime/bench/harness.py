"""What a benchmark answers, and in what surroundings it ran.

Knows no benchmark: they are named in `sysmon.runtime.bench.BENCHES`.
"""

from __future__ import annotations

import importlib
import math
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

from sysmon import __version__
from sysmon.runtime.bench import BENCHES

Document: TypeAlias = dict[str, object]
"""What `json.dumps` takes."""
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Result:
    """One measured figure. ``bound`` is the most it may be, None where it is told for information only.

    ``value`` None means that it could not be measured here; ``note`` says why, or how it was measured.
    """

    metric: str
    value: float | None
    unit: str
    bound: float | None = None
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the bound is kept, None where there is no bound or no value."""
        if self.bound is None or self.value is None or math.isnan(self.value):
            return None
        return self.value <= self.bound

    def document(self) -> Document:
        """The result for JSON; what cannot be told is null."""
        value = None if self.value is None or not math.isfinite(self.value) else round(self.value, 4)
        found: Document = {"metric": self.metric, "value": value, "unit": self.unit, "bound": self.bound, "ok": self.ok}
        return found | {"note": self.note} if self.note else found


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one run of one benchmark."""

    bench: str
    results: tuple[Result, ...]
    environment: Mapping[str, object]

    @property
    def ok(self) -> bool:
        """Whether no bound was broken."""
        return all(result.ok is not False for result in self.results)

    def document(self) -> Document:
        """``{"bench", "results": [{"metric", "value", "unit", "bound", "ok"}], "environment"}``."""
        return {
            "bench": self.bench,
            "results": [result.document() for result in self.results],
            "environment": dict(self.environment),
        }


def run(name: str, quick: bool = False, trace: Path | None = None) -> Report:
    """Run one benchmark and report. Takes seconds to minutes, and starts processes that end with it.

    ``quick`` takes the shorter variant where the benchmark has one (``run_quick`` beside ``run``);
    ``trace`` takes recorded data where it can (``run_trace``).

    Raises KeyError where there is no such benchmark, OSError or ValueError where ``trace`` cannot be
    taken; whatever else a benchmark raises is a fault of ours.
    """
    module, _, function = BENCHES[name].partition(":")
    found = importlib.import_module(module)
    if trace is not None:
        if not hasattr(found, f"{function}_trace"):
            raise ValueError(f"benchmark {name} takes no trace")
        replay = cast("Callable[[Path], list[Result]]", getattr(found, f"{function}_trace"))
        before = environment()
        return Report(name, tuple(replay(trace)), before)
    chosen = f"{function}_quick" if quick and hasattr(found, f"{function}_quick") else function
    measure = cast("Callable[[], list[Result]]", getattr(found, chosen))
    before = environment()
    return Report(name, tuple(measure()), before)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest of ``values`` that ``part`` in a hundred of them do not exceed; NaN where there is none."""
    return sorted(values)[max(1, math.ceil(part / 100.0 * len(values))) - 1] if values else math.nan


def environment() -> Document:
    """The machine that measures, and how busy it is before: figures of different machines do not compare."""
    found: Document = {
        "sysmon": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "kernel": platform.release(),
        "cpu": _cpu_model() or platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
    }
    if hasattr(os, "getloadavg"):
        found["load_average"] = [round(load, 2) for load in os.getloadavg()]
    if _PROC.is_dir():
        found["processes"] = sum(entry.name.isdigit() for entry in _PROC.iterdir())
    return found


def _cpu_model() -> str:
    try:
        lines = (_PROC / "cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))), "")
