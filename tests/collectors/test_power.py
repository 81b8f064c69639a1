"""RAPL counters: names, wrap, reset, rights."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.power import PowerCollector, Unwrapped, find_zones
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import rapl

ZONES = {
    "intel-rapl-mmio:0": ("package-0", 999),
    "intel-rapl:0": ("package-0", 5_000_000),
    "intel-rapl:0:0": ("core", 2_000_000),
    "intel-rapl:0:1": ("uncore", 1_000_000),
    "intel-rapl:1": ("psys", 9_000_000),
    "intel-rapl:2": ("package-1", 7_000_000),
    "intel-rapl:2:0": ("dram", 3_000_000),
}
PACKAGE = "hw.energy{hw.id=intel-rapl:0,hw.name=package-0,hw.type=cpu}"


def test_zones_carry_the_name_of_their_package_and_the_mmio_twin_is_left_out(tmp_path: Path) -> None:
    rapl(tmp_path, ZONES)
    power = PowerCollector(tmp_path, tmp_path)
    assert figures(power.read()) == {
        PACKAGE: 5.0,
        "hw.energy{hw.id=intel-rapl:0:0,hw.name=package-0/core,hw.type=cpu}": 2.0,
        "hw.energy{hw.id=intel-rapl:0:1,hw.name=package-0/uncore,hw.type=cpu}": 1.0,
        "hw.energy{hw.id=intel-rapl:1,hw.name=psys,hw.type=other}": 9.0,
        "hw.energy{hw.id=intel-rapl:2,hw.name=package-1,hw.type=cpu}": 7.0,
        "hw.energy{hw.id=intel-rapl:2:0,hw.name=package-1/dram,hw.type=memory}": 3.0,
    }
    power.close()


def test_the_mmio_zone_counts_where_it_is_the_only_one(tmp_path: Path) -> None:
    folder = rapl(tmp_path, {"intel-rapl-mmio:0": ("package-0", 999)})
    assert [name for name, _ in find_zones(folder)] == ["intel-rapl-mmio:0"]


def test_the_layout_stays_and_a_wrap_goes_on_counting(tmp_path: Path) -> None:
    top = 262143328850
    folder = rapl(tmp_path, {"intel-rapl:0": ("package-0", top - 1_000_000)})
    power = PowerCollector(tmp_path, tmp_path)
    first = power.read()
    write_tree(folder / "intel-rapl:0", {"energy_uj": "2000000\n"})
    second = power.read()
    assert second.series is first.series
    assert second.values[0] - first.values[0] == pytest.approx(3.0)
    power.close()


def test_a_counter_that_sleep_set_to_zero_falls_instead_of_jumping(tmp_path: Path) -> None:
    folder = rapl(tmp_path, {"intel-rapl:0": ("package-0", 100_000_000_000)})
    power = PowerCollector(tmp_path, tmp_path)
    power.read()
    write_tree(folder / "intel-rapl:0", {"energy_uj": "4000000\n"})
    assert power.read().values[0] == 4.0
    power.close()


@given(st.lists(st.integers(0, 249), max_size=300), st.integers(0, 999))
def test_unwrapped_gives_back_the_true_sum_over_any_number_of_wraps(steps: list[int], start: int) -> None:
    counter, true = Unwrapped(1000.0), start
    assert counter.add(float(start)) == start
    for step in steps:
        true += step
        assert counter.add(float(true % 1000)) == true


@given(st.lists(st.floats(0, 1000) | st.just(math.nan), max_size=100))
def test_unwrapped_never_jumps_by_more_than_a_span(raws: list[float]) -> None:
    counter, last = Unwrapped(1000.0), 0.0
    for raw in raws:
        value = counter.add(raw)
        if not math.isnan(raw):
            assert value - last <= 1000.0
            last = value


def test_a_counter_of_unknown_span_resets() -> None:
    counter = Unwrapped(math.inf)
    assert [counter.add(raw) for raw in (5.0, 9.0, 2.0)] == [5.0, 9.0, 2.0]


def test_no_counters_says_why(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="virtual machines"):
        PowerCollector(tmp_path, tmp_path).read()


def test_counters_that_only_root_may_read_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rapl(tmp_path, ZONES)
    real = os.open  # tests may run as root, whom no file mode stops

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("energy_uj") and "rapl:2" not in str(path):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr("os.open", refuse)
    reading = PowerCollector(tmp_path, tmp_path).read()
    assert len(reading.values) == 2
    assert reasons(reading)[PACKAGE] == "energy_uj is readable by root only since CVE-2020-8694"
    (tmp_path / "class/powercap/intel-rapl:2").rename(tmp_path / "gone")
    (tmp_path / "class/powercap/intel-rapl:2:0").rename(tmp_path / "gone2")
    with pytest.raises(CollectorUnavailable, match="CVE-2020-8694"):
        PowerCollector(tmp_path, tmp_path).read()


def test_a_zone_that_breaks_is_missing_with_the_reason(tmp_path: Path) -> None:
    folder = rapl(tmp_path, ZONES)
    power = PowerCollector(tmp_path, tmp_path)
    power.read()
    write_tree(folder / "intel-rapl:0", {"energy_uj": "broken"})
    broken = power.read()
    assert math.isnan(figures(broken)[PACKAGE])
    assert reasons(broken) == {PACKAGE: "the driver gave no number"}
    write_tree(folder / "intel-rapl:0", {"energy_uj": "6000000"})
    assert figures(power.read())[PACKAGE] == 6.0
    power.close()
    (folder / "intel-rapl:0/energy_uj").unlink()
    reading = power.read()
    assert reasons(reading) == {PACKAGE: "the device is gone"}
    power.close()
