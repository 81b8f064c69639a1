"""Intel GPUs of both drivers."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from sysmon.collectors.drm_fdinfo import FdinfoScanner
from sysmon.collectors.gpu_intel import IntelGpus
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import card, gpu_process, i915_fdinfo, xe_fdinfo

ID = "hw.id=0000:00:02.0,hw.name=i915 GPU 8086:9a49"
XE = "hw.id=0000:00:02.0,hw.name=xe GPU 8086:64a0"
PCI = {"vendor": "0x8086", "device": "0x9a49"}


def gpus(sys: Path, clock: HandClock | None = None) -> IntelGpus:
    clock = clock or HandClock()
    (sys / "proc").mkdir(exist_ok=True)
    part = IntelGpus(sys, FdinfoScanner(sys / "proc", clock), clock, ())
    assert part.present()
    return part


def test_i915(tmp_path: Path) -> None:
    clock = HandClock()
    card(tmp_path, 0, "i915", "0000:00:02.0", PCI)
    write_tree(tmp_path / "class/drm/card0", {"gt_cur_freq_mhz": "1300\n", "gt_act_freq_mhz": "350\n"})
    gpu_process(tmp_path / "proc", 100, (5, i915_fdinfo(1, 5_000_000_000)))
    part = gpus(tmp_path, clock)
    first = part.read()
    assert figures(first)[f"hw.gpu.frequency{{{ID},hw.gpu.clock=graphics}}"] == 350e6
    assert figures(first)[f"system.linux.gpu.engine.time{{{ID},hw.gpu.task=render}}"] == 0.0
    write_tree(tmp_path / "proc", {"100/fdinfo/5": i915_fdinfo(1, 6_250_000_000, video=500_000_000)})
    clock.pass_by(2)
    second = part.read()
    assert second.series is first.series
    assert figures(second)[f"system.linux.gpu.engine.time{{{ID},hw.gpu.task=render}}"] == 1.25
    assert figures(second)[f"system.linux.gpu.engine.time{{{ID},hw.gpu.task=video}}"] == 0.5
    assert [one.pid for one in part.processes()] == [100]
    part.close()


def test_xe(tmp_path: Path) -> None:
    clock = HandClock()
    card(
        tmp_path,
        0,
        "xe",
        "0000:00:02.0",
        {"vendor": "0x8086", "device": "0x64a0", "tile0/gt0/freq0/act_freq": "600", "tile0/gt1/freq0/cur_freq": "450"},
    )
    gpu_process(tmp_path / "proc", 100, (5, xe_fdinfo(1, 1000, 10_000)))
    part = gpus(tmp_path, clock)
    assert figures(part.read()) == {
        f"hw.gpu.frequency{{{XE},hw.gpu.clock=graphics}}": 600e6,
        f"hw.gpu.frequency{{{XE},hw.gpu.clock=video}}": 450e6,
        f"system.linux.gpu.engine.time{{{XE},hw.gpu.task=render}}": 0.0,
    }
    write_tree(tmp_path / "proc", {"100/fdinfo/5": xe_fdinfo(1, 6000, 20_000)})
    clock.pass_by(2)
    assert figures(part.read())[f"system.linux.gpu.engine.time{{{XE},hw.gpu.task=render}}"] == pytest.approx(1.0)
    part.close()


def test_engines_are_shown_once_they_were_seen_and_stay(tmp_path: Path) -> None:
    card(tmp_path, 0, "i915", "0000:00:02.0", PCI)
    part = gpus(tmp_path)
    assert part.read().series == ()
    gpu_process(tmp_path / "proc", 100, (5, i915_fdinfo(1, 1_000_000_000)))
    key = f"system.linux.gpu.engine.time{{{ID},hw.gpu.task=render}}"
    assert figures(part.read())[key] == 1.0, "the process is new: all it used is new"
    (tmp_path / "proc/100/fdinfo/5").unlink()
    assert figures(part.read())[key] == 1.0
    part.close()


def test_clients_of_other_gpus_are_not_ours(tmp_path: Path) -> None:
    card(tmp_path, 0, "i915", "0000:00:02.0", PCI)
    gpu_process(tmp_path / "proc", 100, (5, i915_fdinfo(1, 1, device="0000:03:00.0")))
    part = gpus(tmp_path)
    assert part.read().series == ()
    assert part.processes() == []
    part.close()


def test_a_sleeping_card_is_not_asked_for_its_clock(tmp_path: Path) -> None:
    device = card(tmp_path, 0, "i915", "0000:00:02.0", PCI, control="auto")
    write_tree(tmp_path / "class/drm/card0", {"gt_cur_freq_mhz": "1300\n"})
    write_tree(device, {"power/runtime_status": "suspended\n"})
    part = gpus(tmp_path)
    reading = part.read()
    assert all(map(math.isnan, reading.values))
    assert reasons(reading)["hw.gpu.utilization{hw.id=0000:00:02.0}"] == "the device is asleep and is not woken"
    part.close()


def test_a_broken_clock_is_missing_with_the_reason(tmp_path: Path) -> None:
    card(tmp_path, 0, "i915", "0000:00:02.0", PCI)
    write_tree(tmp_path / "class/drm/card0", {"gt_cur_freq_mhz": "fast\n"})
    part = gpus(tmp_path)
    clock = f"hw.gpu.frequency{{{ID},hw.gpu.clock=graphics}}"
    assert reasons(part.read())[clock] == "the driver gave no number"
    (tmp_path / "class/drm/card0/gt_cur_freq_mhz").unlink()
    part.close()
    assert reasons(part.read())[clock] == "the device is gone"


def test_what_others_run_is_said_to_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tmp_path, 0, "i915", "0000:00:02.0", PCI)
    part = gpus(tmp_path)
    part._scanner.denied = True
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "need root" in reasons(part.read())["system.linux.gpu.engine.time"]
    part.close()
