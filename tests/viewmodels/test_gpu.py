from __future__ import annotations

import pytest

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.gpu import Gpus, short_name
from tests.viewmodels.fake_host import FakeHost, level, plain, steady

GIB = float(1 << 30)
NVIDIA = ("0000:01:00.0", "NVIDIA GeForce RTX 4080")
INTEL = ("0000:00:02.0", "Intel UHD Graphics 770")


def nvidia(load: float = 0.41) -> dict[Series, object]:
    return {
        series(names.GPU_UTILIZATION, *NVIDIA, "general"): level(load),
        series(names.GPU_UTILIZATION, *NVIDIA, "encoder"): level(0.0),
        series(names.GPU_UTILIZATION, *NVIDIA, "decoder"): level(0.03),
        series(names.GPU_MEMORY_USAGE, *NVIDIA): level(6.2 * GIB),
        series(names.GPU_MEMORY_LIMIT, *NVIDIA): level(16 * GIB),
        series(names.GPU_POWER, *NVIDIA): level(182.0),
        series(names.GPU_TEMPERATURE, *NVIDIA): level(58.0),
    }


def test_card() -> None:
    host = FakeHost()
    host.run(3, nvidia())
    card = Gpus(host.readings()).card()
    assert plain(card.figure) == "41 %"
    assert plain(card.context) == "RTX 4080 · 6.2 of 16 GiB · 182 W · 58 °C"
    assert card.plot is not None
    assert [(line.name, plain(line.text)) for line in card.plot.lines] == [("3D", "41 %"), ("Decode", "3 %")]


def test_a_gpu_that_tells_only_its_engines_is_as_busy_as_the_busiest() -> None:
    host = FakeHost()
    host.run(
        3,
        {
            series(names.GPU_ENGINE_TIME, *INTEL, "render"): steady(0.2),
            series(names.GPU_ENGINE_TIME, *INTEL, "video"): steady(0.7),
        },
    )
    card = Gpus(host.readings()).card()
    assert plain(card.figure) == "70 %"
    assert plain(card.context) == "UHD Graphics 770"


def test_of_several_the_busiest_is_shown() -> None:
    host = FakeHost()
    host.run(3, {**nvidia(0.1), series(names.GPU_ENGINE_TIME, *INTEL, "render"): steady(0.5)})
    card = Gpus(host.readings()).card()
    assert plain(card.figure) == "50 %"
    assert card.context.endswith("1 more")


def test_no_gpu_says_why() -> None:
    host = FakeHost(Missing("gpu", "no graphics driver is loaded"))
    host.tick({series(names.LOAD_1M): 1.0})
    card = Gpus(host.readings()).card()
    assert (card.figure, card.plot) == ("–", None)
    assert card.reason == "No GPU: no graphics driver is loaded"


def test_a_gpu_without_a_load_says_why() -> None:
    host = FakeHost(Missing("hw.gpu.utilization", "the GPU is asleep and is not woken"))
    host.run(3, {series(names.GPU_MEMORY_USAGE, *NVIDIA): level(1.0)})
    card = Gpus(host.readings()).card()
    assert (card.figure, card.reason) == ("–", "the GPU is asleep and is not woken")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NVIDIA GeForce RTX 4080", "RTX 4080"),
        ("AMD Radeon RX 7900 XTX", "RX 7900 XTX"),
        ("Intel(R) UHD Graphics 770", "UHD Graphics 770"),
        ("NVIDIA H200", "H200"),
        ("", ""),
    ],
)
def test_short_name(name: str, short: str) -> None:
    assert short_name(name) == short
