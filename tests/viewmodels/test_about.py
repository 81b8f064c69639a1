from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.about import AboutModel, AboutView
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady


def shown(host: FakeHost) -> AboutView:
    return AboutModel(host.query, HOST, Units(), (("sysmon", "1.2"),)).view(host.scope(), 300)


def test_own_cost() -> None:
    host = FakeHost(Missing("sysmon.paint.duration", "no window is painted"))
    host.run(
        10,
        {
            series(names.SELF_CPU_TIME): steady(0.012),
            series(names.SELF_MEMORY): level(98.0 * (1 << 20)),
            series(names.TICK_LATENESS): level(0.0003),
            series(names.TICKS_SKIPPED): level(7.0),
            series(names.SELF_THREADS): level(6.0),
            series(names.SELF_STORE_MEMORY): level(2.0 * (1 << 20)),
        },
    )
    view = shown(host)
    assert [plain(card.figure) for card in view.cost] == ["1.2 %", "98.0 MiB", "0.30 ms"]
    facts = {fact.label: (plain(fact.value), plain(fact.note), fact.reason) for fact in view.facts}
    assert facts["Threads"] == ("6", "", None)
    assert facts["Samples"] == ("2.00 MiB", "over 9 s", None)
    assert facts["Ticks skipped"] == ("7", "", None)
    assert facts["Refresh"] == ("–", "", "no window is painted")
    assert [(fact.label, fact.value) for fact in view.versions] == [("sysmon", "1.2")]


def test_every_family_with_its_state() -> None:
    host = FakeHost(Missing("gpu", "no driver is loaded"))
    made = {}
    for family, success, duration in (("cpu", 1.0, 0.00012), ("gpu", 0.0, 0.001), ("services", 0.0, math.nan)):
        made[series(names.COLLECT_SUCCESS, family)] = level(success)
        made[series(names.COLLECT_DURATION, family)] = level(duration)
    host.run(2, made)
    rows = {row.name: (row.state, plain(row.duration), row.reason) for row in shown(host).families}
    assert rows["cpu"] == ("read", "0.12 ms", "")
    assert rows["gpu"] == ("off", "1.00 ms", "no driver is loaded")
    assert rows["services"][:2] == ("not read", "–")


def test_nothing_yet() -> None:
    view = shown(FakeHost())
    assert view.families == ()
    assert all(card.reason for card in view.cost)
