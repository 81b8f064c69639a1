from __future__ import annotations

import pytest

from sysmon.model.host import HostFacts
from sysmon.viewmodels.head import head
from tests.viewmodels.fake_host import BEGIN, plain


def test_one_line_of_facts() -> None:
    facts = HostFacts(
        os_name="Debian GNU/Linux 12 (bookworm)",
        kernel="Linux 6.18.44-amd64",
        cpu_model="AMD Ryzen 9 7950X 16-Core Processor",
        cpu_cores=16,
        boot_time=BEGIN - 1_051_200,
        product="ASUS ProArt X670E",
        virtualisation="none",
    )
    view = head(facts, "orion", BEGIN)
    assert view.name == "orion"
    assert plain(view.facts) == "Debian 12 · Linux 6.18 · Ryzen 9 7950X, 16 cores · up 12 d 4 h"
    assert "ASUS ProArt X670E" in view.tip
    assert "Virtual" not in view.tip


@pytest.mark.parametrize(
    ("model", "short"),
    [
        ("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "Core i7-8550U, 4 cores"),
        ("AMD EPYC 9654 96-Core Processor", "EPYC 9654, 4 cores"),
        ("Cortex-A72", "Cortex-A72, 4 cores"),
        (None, "4 cores"),
    ],
)
def test_the_processor_without_its_makers_noise(model: str | None, short: str) -> None:
    assert head(HostFacts(cpu_model=model, cpu_cores=4), "x", BEGIN).facts == short


def test_what_is_not_known_is_left_out() -> None:
    assert head(HostFacts(), "orion", BEGIN).facts == ""


def test_a_boot_time_that_lies_ahead_is_not_shown() -> None:
    assert head(HostFacts(boot_time=BEGIN + 100), "orion", BEGIN).facts == ""


def test_containers_and_virtual_machines_are_told_under_the_pointer() -> None:
    tip = head(HostFacts(virtualisation="kvm", container="docker"), "x", BEGIN).tip
    assert tip.splitlines() == ["Virtual machine (kvm)", "Container (docker)"]
