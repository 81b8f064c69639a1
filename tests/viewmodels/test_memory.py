from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.memory import Memory
from tests.viewmodels.fake_host import FakeHost, level, plain

GIB = float(1 << 30)


def machine(swap: float = 8.0) -> dict[Series, object]:
    states = {"used": 38.9, "free": 11.7, "buffers": 1.0, "cached": 12.4}
    return {
        **{series(names.MEMORY_USAGE, state): level(value * GIB) for state, value in states.items()},
        series(names.MEMORY_LIMIT): level(64 * GIB),
        series(names.SWAP_USAGE, "used"): level(min(swap, 0.2) * GIB),
        series(names.SWAP_USAGE, "free"): level(max(0.0, swap - 0.2) * GIB),
    }


def test_card() -> None:
    host = FakeHost()
    host.run(3, machine())
    card = Memory(host.readings()).card()
    assert plain(card.figure) == "38.9 GiB"
    assert plain(card.context) == "of 64 GiB · 13.4 GiB cache · swap 0.2 of 8 GiB"


def test_plot_stacks_cache_on_used_and_ends_at_what_there_is() -> None:
    host = FakeHost()
    host.run(3, machine())
    plot = Memory(host.readings()).plot()
    assert plot.top == 64 * GIB
    assert [round(line.values[-1] / GIB, 1) for line in plot.lines[:2]] == [38.9, 52.3]
    assert [(line.name, plain(line.text)) for line in plot.lines] == [
        ("Used", "61 %"), ("Cache", "21 %"), ("Free", "18 %"),
    ]  # fmt: skip


def test_a_machine_without_swap_says_so() -> None:
    host = FakeHost()
    host.run(3, machine(swap=0.0))
    assert plain(Memory(host.readings()).card().context).endswith("no swap")


def test_without_a_limit_the_axis_still_has_an_end() -> None:
    host = FakeHost()
    host.run(3, {series(names.MEMORY_USAGE, "used"): level(3 * GIB)})
    card = Memory(host.readings()).card()
    assert plain(card.figure) == "3.00 GiB"
    assert card.plot is not None
    assert card.plot.top == 5 * GIB
    assert card.plot.lines[0].text == "–"


def test_unknown_with_reason() -> None:
    host = FakeHost(Missing("memory", "/proc/meminfo cannot be read"))
    host.tick({series(names.LOAD_1M): 1.0})
    card = Memory(host.readings()).card()
    assert (card.figure, card.plot, card.reason) == ("–", None, "/proc/meminfo cannot be read")
