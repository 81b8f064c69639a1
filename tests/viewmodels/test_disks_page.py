from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.disks_page import ALL, DisksModel, DisksView
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady
from tests.viewmodels.test_disks import disk


def shown(host: FakeHost, choice: str = ALL) -> DisksView:
    return DisksModel(host.query, HOST, Units()).view(host.scope(), 300, choice)


def test_one_disk_needs_no_choice() -> None:
    host = FakeHost()
    host.run(5, disk("sda", 1e6, 0.0, 0.1))
    view = shown(host).device
    assert view.choices == ()
    assert plain(view.card.figure) == "1.00 MB/s"
    assert view.facts[0].label == "Busy"


def test_all_or_one_of_several() -> None:
    host = FakeHost()
    host.run(5, {**disk("sda", 1e6, 0.0, 0.1), **disk("sdb", 2e6, 0.0, 0.3)})
    view = shown(host).device
    assert [choice.text for choice in view.choices] == ["All", "sda", "sdb"]
    assert (view.facts[0].label, view.facts[0].value) == ("Busiest", "sdb")
    one = shown(host, "sda").device
    assert (one.card.title, plain(one.card.figure)) == ("sda", "1.00 MB/s")
    assert plain(one.facts[0].value) == "10 %"


def test_a_disk_that_is_pulled_out_while_chosen_falls_back_to_all() -> None:
    host = FakeHost()
    host.run(5, {**disk("sda", 1e6, 0.0, 0.1), **disk("sdb", 2e6, 0.0, 0.3)})
    model = DisksModel(host.query, HOST, Units())
    assert model.view(host.scope(), 300, "sdb").device.chosen == "sdb"
    host.run(5, disk("sda", 1e6, 0.0, 0.1))
    assert model.view(host.scope(), 300, "sdb").device.chosen == "sda"


def test_facts_and_small_plots() -> None:
    host = FakeHost()
    host.run(
        5,
        {
            **disk("sda", 1e6, 0.0, 0.25),
            series(names.DISK_QUEUE_TIME, "sda"): steady(1.94),
            series(names.DISK_LIMIT, "sda"): level(1e12),
        },
    )
    view = shown(host).device
    facts = {fact.label: plain(fact.value) for fact in view.facts}
    assert facts == {
        "Busy": "25 %", "Operations": "1.24 k/s", "Reads": "1.24 k/s", "Writes": "0 /s", "Latency": "0.30 ms", "Queue": "1.94", "Size": "931 GiB",
    }  # fmt: skip
    assert [(card.title, plain(card.figure)) for card in view.small] == [
        ("Busy", "25 %"), ("Operations", "1.24 k/s"), ("Latency", "0.30 ms"), ("Queue", "1.94"),
    ]  # fmt: skip


def test_latency_of_a_disk_without_work_is_unknown_with_the_reason() -> None:
    host = FakeHost()
    host.run(5, disk("sda", 0.0, 0.0, 0.0, operations=0.0, spent=0.0))
    view = shown(host).device
    latency = next(fact for fact in view.facts if fact.label == "Latency")
    assert latency.value == "–"
    assert "no operation" in (latency.reason or "")
    assert "no operation" in (view.small[2].reason or "")


def test_nothing_to_show() -> None:
    host = FakeHost(Missing("disk_io", "no disk here"), Missing("filesystems", "nothing is mounted"))
    host.tick({series(names.LOAD_1M): 1.0})
    view = shown(host)
    assert view.device.card.reason == "no disk here"
    assert view.device.small == ()
    assert view.filesystems_missing == "nothing is mounted"
