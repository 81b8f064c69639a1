"""AMD GPUs from recorded sysfs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.drm_fdinfo import FdinfoScanner
from sysmon.collectors.gpu_amd import AmdGpus, parse_dpm
from sysmon.collectors.gpu_part import IDLE_BEFORE_REST
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import amd_card, gpu_process, remove_tree

ID = "hw.id=0000:03:00.0,hw.name=amdgpu GPU 1002:73bf"


def gpus(sys: Path, clock: HandClock | None = None) -> AmdGpus:
    clock = clock or HandClock()
    return AmdGpus(sys, FdinfoScanner(sys / "proc", clock), clock, ())


def test_all_figures_in_their_units(tmp_path: Path) -> None:
    amd_card(tmp_path)
    part = gpus(tmp_path)
    assert part.present()
    reading = part.read()
    assert figures(reading) == {
        f"hw.gpu.utilization{{{ID},hw.gpu.task=general}}": 0.37,
        f"hw.gpu.utilization{{{ID},hw.gpu.task=memory}}": 0.12,
        f"hw.gpu.memory.usage{{{ID}}}": 2147483648,
        f"hw.gpu.memory.limit{{{ID}}}": 17163091968,
        f"hw.gpu.power{{{ID}}}": 61.0,
        f"hw.gpu.power.limit{{{ID}}}": 203.0,
        f"hw.gpu.temperature{{{ID}}}": 54.0,
        f"hw.gpu.frequency{{{ID},hw.gpu.clock=graphics}}": 1.815e9,
        f"hw.gpu.frequency{{{ID},hw.gpu.clock=memory}}": 1e9,
        f"hw.gpu.fan.speed_ratio{{{ID}}}": 0.2,
    }
    assert reading.missing == ()
    assert part.present()
    assert part.read().series is reading.series
    part.close()


def test_clock_lines() -> None:
    assert parse_dpm(b"0: 500Mhz *\n1: 0Mhz\n") == 5e8
    assert parse_dpm(b"S: 19Mhz\n0: 500Mhz\n1: 615MHz *") == 6.15e8
    assert math.isnan(parse_dpm(b"0: 500Mhz\n"))


@given(st.binary(max_size=300))
def test_any_clock_file_is_parsed(data: bytes) -> None:
    value = parse_dpm(data)
    assert math.isnan(value) or value >= 0


def test_an_integrated_gpu_lacks_the_fan_and_has_its_clock_in_hwmon(tmp_path: Path) -> None:
    device = amd_card(tmp_path)
    for name in ("pwm1", "power1_average", "power1_cap"):
        (device / "hwmon/hwmon5" / name).unlink()
    write_tree(device / "hwmon/hwmon5", {"power1_input": "12000000\n", "freq1_input": "1100000000\n"})
    part = gpus(tmp_path)
    part.present()
    reading = part.read()
    values = figures(reading)
    assert values[f"hw.gpu.power{{{ID}}}"] == 12.0
    assert reasons(reading)[f"hw.gpu.fan.speed_ratio{{{ID}}}"] == "this GPU or its driver does not tell it"
    assert values[f"hw.gpu.frequency{{{ID},hw.gpu.clock=graphics}}"] == 1.1e9
    assert not any("fan" in key or ("limit" in key and "power" in key) for key in values)
    part.close()


def test_a_sleeping_card_is_not_touched(tmp_path: Path) -> None:
    device = amd_card(tmp_path, control="auto")
    part = gpus(tmp_path)
    part.present()
    part.read()
    write_tree(device, {"power/runtime_status": "suspended\n"})
    remove_tree(device / "hwmon")  # touching it would now be an error
    reading = part.read()
    assert all(map(math.isnan, reading.values))
    assert reasons(reading) == {"hw.gpu.utilization{hw.id=0000:03:00.0}": "the device is asleep and is not woken"}
    part.close()


@pytest.mark.parametrize(("screen", "rests"), [("disconnected", True), ("connected", False)])
def test_an_idle_card_without_a_screen_is_left_alone(tmp_path: Path, screen: str, rests: bool) -> None:
    clock = HandClock()
    device = amd_card(tmp_path, control="auto", screen=screen)
    write_tree(device, {"gpu_busy_percent": "0\n"})
    part = gpus(tmp_path, clock)
    part.present()
    part.read()
    clock.pass_by(IDLE_BEFORE_REST)
    part.read()
    assert bool(reasons(part.read())) == rests
    part.close()


def test_files_that_fail_are_missing_with_the_reason(tmp_path: Path) -> None:
    device = amd_card(tmp_path)
    part = gpus(tmp_path)
    part.present()
    (device / "gpu_busy_percent").unlink()
    (device / "gpu_busy_percent").mkdir()
    write_tree(device, {"mem_info_vram_used": "?"})
    reading = part.read()
    values = figures(reading)
    assert math.isnan(values[f"hw.gpu.utilization{{{ID},hw.gpu.task=general}}"])
    assert math.isnan(values[f"hw.gpu.memory.usage{{{ID}}}"])
    assert reasons(reading)[f"hw.gpu.utilization{{{ID},hw.gpu.task=general}}"] == "Is a directory"
    assert reasons(reading)[f"hw.gpu.memory.usage{{{ID}}}"] == "the driver gave no number"
    part.close()


def test_a_card_that_is_unplugged(tmp_path: Path) -> None:
    amd_card(tmp_path)
    part = gpus(tmp_path)
    assert part.present()
    remove_tree(tmp_path / "class/drm/card1")
    assert not part.present()
    assert part.read().values == []
    part.close()


def test_processes_come_from_fdinfo(tmp_path: Path) -> None:
    amd_card(tmp_path)
    text = (
        "drm-driver:\tamdgpu\ndrm-client-id:\t9\ndrm-pdev:\t0000:03:00.0\ndrm-memory-vram:\t2048 KiB\n"
        "drm-memory-gtt:\t1 MiB\ndrm-engine-gfx:\t1500000000 ns\ndrm-engine-dec:\t500000000 ns\n"
    )
    gpu_process(tmp_path / "proc", 77, (5, text), (6, text))
    part = gpus(tmp_path)
    part.present()
    (found,) = part.processes()
    assert (found.pid, found.gpu, found.memory, found.engine_time) == (77, "0000:03:00.0", 3 * 1024 * 1024, 2.0)
    part.close()
