from __future__ import annotations

import json
import math
import os

import pytest

from sysmon import __version__
from sysmon.runtime.bench.harness import Report, Result, environment, percentile, run


@pytest.mark.parametrize(
    ("value", "bound", "ok"),
    [(1.0, 1.0, True), (1.1, 1.0, False), (None, 1.0, None), (math.nan, 1.0, None), (5.0, None, None)],
)
def test_a_bound_is_the_most_that_may_be(value: float | None, bound: float | None, ok: bool | None) -> None:
    assert Result("figure", value, "ms", bound).ok is ok


def test_a_result_is_what_the_form_asks_for() -> None:
    assert Result("cpu_ms", 1.23456, "ms", 1.5).document() == {
        "metric": "cpu_ms",
        "value": 1.2346,
        "unit": "ms",
        "bound": 1.5,
        "ok": True,
    }
    unknown = Result("cpu_ms", math.inf, "ms", 1.5, "no compiler").document()
    assert unknown["value"] is None
    assert unknown["note"] == "no compiler"
    json.dumps(unknown, allow_nan=False)


def test_a_report_is_ok_unless_a_bound_is_broken() -> None:
    kept, broken, unknown = Result("a", 1.0, "ms", 2.0), Result("b", 3.0, "ms", 2.0), Result("c", None, "ms", 2.0)
    assert Report("demo", (kept, unknown), {}).ok
    assert not Report("demo", (kept, broken), {}).ok
    assert set(Report("demo", (kept,), {"cpus": 2}).document()) == {"bench", "results", "environment"}


def test_the_environment_tells_the_machine() -> None:
    found = environment()
    assert found["sysmon"] == __version__
    assert found["cpus"] == os.cpu_count()
    assert {"python", "system", "kernel", "cpu"} <= set(found)
    json.dumps(found)


def test_an_unknown_benchmark_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        run("nothing")


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
    assert percentile([float(n) for n in range(1, 201)], 99) == 198.0
    assert percentile([5.0, 1.0], 0) == 1.0
    assert math.isnan(percentile([], 50))
