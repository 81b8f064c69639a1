from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import TreeUsage
from sysmon.runtime.bench.shown import Shown, show

OWN = TreeUsage(1, 6, 10.0, 120_000_000)


def test_the_median_round_decides() -> None:
    shown = Shown(
        (
            {"own": 1.0, "x": 0.5, "htop": 3.0},
            {"own": 9.0, "x": 0.1, "htop": 4.0},
            {"own": 1.0, "x": 0.1, "htop": 1.0},
        ),
        OWN,
    )
    assert shown.percent("own", "x") == 1.5
    assert shown.percent("htop") == 3.0
    assert shown.ratio("htop") == pytest.approx(1.1)


def test_there_is_no_ratio_to_what_is_not_there_or_did_nothing() -> None:
    assert Shown(({"own": 1.0, "x": 0.5},), OWN).ratio("htop") is None
    assert Shown(({"own": 1.0, "x": 0.5, "htop": 0.0},), OWN).ratio("htop") is None


@pytest.mark.skipif(desktop.missing() is not None, reason=desktop.missing() or "")
def test_only_the_peers_that_are_asked_for_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def installed(_: Path) -> dict[str, list[str]]:
        return {"one": ["sleep", "60"], "other": ["sleep", "60"]}

    monkeypatch.setattr("sysmon.runtime.bench.shown.installed_peers", installed)
    shown = show("processes", ("other",), 0.1, (0.3, 0.3), "1000x700x24")
    assert [set(one) for one in shown.rounds] == [{"own", "x", "other"}] * 2
    assert shown.own.resident_bytes > 20e6
