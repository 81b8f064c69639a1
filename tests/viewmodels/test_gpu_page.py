from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.device import DeviceView
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.gpu_page import GpuModel
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady
from tests.viewmodels.test_gpu import INTEL, NVIDIA, nvidia


def shown(host: FakeHost, choice: str = "") -> DeviceView:
    return GpuModel(host.query, HOST, Units()).view(host.scope(), 300, choice)


def test_facts_and_small_plots() -> None:
    host = FakeHost(Missing("hw.gpu.fan.speed_ratio", "it has no fan"))
    host.run(
        3,
        {
            **nvidia(),
            series(names.GPU_POWER_LIMIT, *NVIDIA): level(320.0),
            series(names.GPU_CLOCK, *NVIDIA, "graphics"): level(2.505e9),
        },
    )
    view = shown(host)
    facts = {fact.label: (plain(fact.value), plain(fact.note), fact.reason) for fact in view.facts}
    assert facts["Memory"] == ("6.20 GiB", "of 16 GiB", None)
    assert facts["Power"] == ("182 W", "of 320 W", None)
    assert facts["Clock"] == ("2.50 GHz", "graphics", None)
    assert facts["Fan"] == ("–", "", "it has no fan")
    assert facts["Decoder load"] == ("3 %", "", None)
    assert [(card.title, plain(card.figure), plain(card.context)) for card in view.small] == [
        ("Memory", "6.20 GiB", "of 16 GiB"), ("Power", "182 W", "of 320 W"), ("Temperature", "58 °C", ""),
    ]  # fmt: skip
    assert view.choices == ()


def test_several_gpus_are_choices() -> None:
    host = FakeHost()
    host.run(3, {**nvidia(), series(names.GPU_ENGINE_TIME, *INTEL, "render"): steady(0.5)})
    view = shown(host, INTEL[0])
    assert [choice.text for choice in view.choices] == ["RTX 4080", "UHD Graphics 770"]
    assert plain(view.card.figure) == "50 %"
    assert view.card.context == INTEL[1]


def test_none() -> None:
    host = FakeHost(Missing("gpu", "no graphics driver is loaded"))
    host.tick({series(names.LOAD_1M): 1.0})
    view = shown(host)
    assert view.card.reason == "no graphics driver is loaded"
    assert view.facts == view.small == ()
