from __future__ import annotations

import sys

import psutil
import pytest

from sysmon.runtime.bench import desktop, page
from sysmon.runtime.bench.crowd import TreeUsage
from sysmon.runtime.bench.harness import Report, Result
from sysmon.runtime.bench.shown import Shown

OWN = TreeUsage(1, 6, 10.0, 120_000_000)


def by_name(results: list[Result]) -> dict[str, Result]:
    return {result.metric: result for result in results}


@pytest.mark.skipif(desktop.missing() is not None, reason=desktop.missing() or "")
def test_the_page_is_measured_beside_whatever_is_installed() -> None:
    found = by_name(page.measure(1, 1.0, (1.2, 1.2)))  # a second passes in each
    cpu, own, server = (found[name].value for name in ("cpu_pct", "own_cpu_pct", "x_cpu_pct"))
    assert cpu is not None
    assert own is not None
    assert server is not None
    assert cpu > 0.0
    assert (found["cpu_pct"].bound, found["ratio_to_htop"].bound) == (2.4, 1.0)
    assert (found["rss_mb"].value or 0.0) > 20.0
    assert (found["processes"].value or 0.0) > 2.0


def test_who_costs_more_than_htop_breaks_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    dear = Shown(tuple({"own": own, "x": 0.1, "htop": 1.0} for own in (0.5, 1.4, 2.0)), OWN)
    monkeypatch.setattr(page, "show", lambda *_: dear)
    monkeypatch.setattr(desktop, "missing", lambda **_: None)
    monkeypatch.setattr(page, "processes_now", lambda: 7)
    results = page.measure(1, 0.0, (0.0,) * 3)
    found = by_name(results)
    assert (found["cpu_pct"].value, found["cpu_pct"].ok) == (1.5, True)
    assert (found["ratio_to_htop"].value, found["ratio_to_htop"].ok) == (1.5, False)
    assert not Report("page", tuple(results), {}).ok


def test_without_htop_the_ratio_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "show", lambda *_: Shown(({"own": 0.5, "x": 0.1},), OWN))
    monkeypatch.setattr(desktop, "missing", lambda **_: None)
    monkeypatch.setattr(page, "processes_now", lambda: 7)
    found = by_name(page.measure(1, 0.0, (0.0,)))
    assert (found["ratio_to_htop"].value, found["ratio_to_htop"].note) == (None, "htop is not installed")
    assert "htop_cpu_pct" not in found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_machine_is_filled_up_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    ours: list[int] = []

    def show(*_: object) -> Shown:
        ours.append(len(psutil.Process().children()))
        return Shown(({"own": 0.5, "x": 0.1},), OWN)

    monkeypatch.setattr(page, "show", show)
    monkeypatch.setattr(page, "processes_now", lambda: 100)
    monkeypatch.setattr(desktop, "missing", lambda **_: None)
    before = len(psutil.Process().children())
    page.measure(112, 0.0, (0.0,))
    page.measure(50, 0.0, (0.0,))
    assert ours == [before + 12, before]


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    results = page.measure(1, 0.0, ())
    assert {result.value for result in results} == {None}
    assert all(result.note for result in results)
