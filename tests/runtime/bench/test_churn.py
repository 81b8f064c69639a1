from __future__ import annotations

import pytest

from sysmon.runtime.bench import churn, desktop
from sysmon.runtime.bench.churn import measure, results
from sysmon.runtime.bench.harness import Result

CALM = {
    "ui_ms_per_tick": 5.0, "window_ms_per_tick": 9.0, "mean_ms_per_tick": 5.5, "worst_tick_ms": 9.0, "ticks": 60.0, "forks_per_s": 199.0,
    "selection_changes": 0.0, "selection_lost": 0.0,
    "memory_mb_before": 150.0, "memory_mb_after": 150.4, "tasks_before": 3.0, "tasks_after": 3.0,
    "threads_before": 7.0, "threads_after": 7.0, "descriptors_before": 2000.0, "descriptors_after": 1998.0,
    "objects_before": 9000.0, "objects_after": 9100.0, "processes_before": 1000.0, "processes_after": 998.0,
}  # fmt: skip


def by_name(found: list[Result]) -> dict[str, Result]:
    return {result.metric: result for result in found}


def test_calm_is_within_all_bounds() -> None:
    found = by_name(results(CALM))
    assert all(result.ok is not False for result in found.values())
    assert found["memory_growth_mb"].value == pytest.approx(0.4)
    assert found["descriptors_growth"].bound == 0.0


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"ui_ms_per_tick": 8.5}, "ui_ms_per_tick"),
        ({"window_ms_per_tick": 16.5}, "window_ms_per_tick"),
        ({"selection_changes": 1.0}, "selection_changes"),
        ({"selection_lost": 1.0}, "selection_lost"),
        ({"memory_mb_after": 151.1}, "memory_growth_mb"),
        ({"tasks_after": 4.0}, "tasks_growth"),
        ({"threads_after": 8.0}, "threads_growth"),
        ({"descriptors_after": 2001.0}, "descriptors_growth"),
        ({"objects_after": 11500.0}, "objects_growth"),
    ],
)
def test_each_thing_that_may_not_happen_breaks_its_bound(change: dict[str, float], broken: str) -> None:
    assert [name for name, result in by_name(results(CALM | change)).items() if result.ok is False] == [broken]


def test_a_throng_has_the_bounds_of_a_throng() -> None:
    found = by_name(results(CALM | {"ui_ms_per_tick": 39.0, "window_ms_per_tick": 39.0}, 10_000))
    assert all(result.ok is not False for result in found.values())
    assert [
        name for name, one in by_name(results(CALM | {"ui_ms_per_tick": 41.0}, 10_000)).items() if one.ok is False
    ] == ["ui_ms_per_tick"]


def test_other_peoples_programs_may_hold_descriptors_of_ours() -> None:
    more = CALM | {"processes_after": 1010.0, "descriptors_after": 2030.0}
    found = by_name(results(more))["descriptors_growth"]
    assert (found.value, found.ok, found.note) == (30.0, True, "10 more processes to watch")


@pytest.mark.skipif(desktop.missing(parts=True) is not None, reason=desktop.missing(parts=True) or "")
def test_the_real_window_is_watched_while_processes_come_and_go() -> None:
    found = by_name(measure(20, 50.0, 0.5, 3.0, 1.0))
    assert (found["ticks"].value or 0.0) >= 1.0
    assert (found["forks_per_s"].value or 0.0) > 20.0
    assert found["selection_changes"].value == 0.0
    assert found["selection_lost"].value == 0.0
    assert found["threads_growth"].value == 0.0
    assert (found["ui_ms_per_tick"].value or 0.0) > 0.0
    assert 0.0 < (found["window_ms_per_tick"].value or 0.0) <= (found["worst_tick_ms"].value or 0.0)


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = churn.measure(1, 1.0, 0.0, 0.0)
    assert {result.value for result in found} == {None}
    assert all(result.note for result in found)
