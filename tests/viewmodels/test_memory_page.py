from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.device import DeviceView
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.memory_page import MemoryModel
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady

GIB = float(1 << 30)


def shown(host: FakeHost, choice: str = "used") -> DeviceView:
    return MemoryModel(host.query, HOST, Units()).view(host.scope(), 300, choice)


def test_facts() -> None:
    host = FakeHost()
    host.run(
        3,
        {
            series(names.MEMORY_LIMIT): level(64 * GIB),
            series(names.MEMORY_AVAILABLE): level(32 * GIB),
            series(names.MEMORY_SLAB, "reclaimable"): level(1.5 * GIB),
            series(names.MEMORY_SLAB, "unreclaimable"): level(0.5 * GIB),
            series(names.SWAP_USAGE, "used"): level(0.0),
            series(names.SWAP_USAGE, "free"): level(0.0),
            series(names.ZRAM_USAGE, "zram0", "original"): level(3 * GIB),
            series(names.ZRAM_USAGE, "zram0", "compressed"): level(0.9 * GIB),
            series(names.ZRAM_USAGE, "zram0", "memory"): level(1 * GIB),
            series(names.MEMORY_HUGE_PAGES, "used"): level(0.0),
            series(names.MEMORY_HUGE_PAGES, "free"): level(2 * GIB),
        },
    )
    facts = {fact.label: (plain(fact.value), plain(fact.note)) for fact in shown(host).facts}
    assert facts["Available"] == ("32.0 GiB", "50 %")
    assert facts["Slab"] == ("2.00 GiB", "75 % freeable")
    assert facts["Swap"] == ("none", "")
    assert facts["zram0"] == ("3.00 GiB", "3.0 : 1")
    assert facts["Huge pages"] == ("0 B", "of 2 GiB")


def test_what_is_not_set_up_takes_no_row() -> None:
    host = FakeHost()
    host.run(3, {series(names.MEMORY_LIMIT): level(GIB)})
    labels = [fact.label for fact in shown(host).facts]
    assert not {"zswap", "zram0", "Huge pages"} & set(labels)


def test_swap_as_the_large_plot() -> None:
    host = FakeHost()
    host.run(3, {series(names.SWAP_USAGE, "used"): level(GIB), series(names.SWAP_USAGE, "free"): level(3 * GIB)})
    card = shown(host, "swap").card
    assert (plain(card.figure), plain(card.context)) == ("1.00 GiB", "of 4 GiB")
    assert card.plot is not None
    assert card.plot.top == 4 * GIB


def test_no_swap_is_said_not_drawn() -> None:
    host = FakeHost()
    host.run(3, {series(names.SWAP_USAGE, "used"): level(0.0), series(names.SWAP_USAGE, "free"): level(0.0)})
    card = shown(host, "swap").card
    assert card.reason == "this machine has no swap"
    assert card.plot is not None
    assert card.plot.missing == "this machine has no swap"


def test_small_plots() -> None:
    host = FakeHost(Missing("pressure", "this kernel does not measure pressure"))
    host.run(
        3,
        {
            series(names.SWAP_IO, "in"): steady(20.0),
            series(names.SWAP_IO, "out"): steady(0.0),
            series(names.PAGE_FAULTS, "major"): steady(3.0),
            series(names.PAGE_FAULTS, "minor"): steady(90_000.0),
        },
    )
    traffic, faults, pressure = shown(host).small
    assert plain(traffic.figure) == "20 /s"
    assert plain(faults.figure) == "3.0 /s"
    assert (pressure.figure, pressure.reason) == ("–", "this kernel does not measure pressure")


def test_an_unknown_choice_shows_the_first() -> None:
    host = FakeHost()
    host.run(1, {series(names.MEMORY_LIMIT): level(GIB)})
    assert shown(host, "nonsense").chosen == "used"
