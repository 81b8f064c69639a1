"""NVIDIA GPUs behind a fake NVML: figures, gaps, lost GPUs, drivers that go and come, sleep."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sysmon.collectors import nvml as nv
from sysmon.collectors.gpu_nvidia import NvidiaGpus, address_of
from sysmon.collectors.gpu_part import IDLE_BEFORE_REST, PATIENCE, REST, GpuProcess
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.clocks import HandClock
from tests.collectors.fake_nvml import FakeError, FakeGpu, FakeNvml, loader
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import card

ID = "hw.id=0000:01:00.0,hw.name=NVIDIA GeForce RTX 4090"
WHOLE = "hw.gpu.utilization{hw.id=0000:01:00.0}"


def windows(nvml: FakeNvml) -> NvidiaGpus:
    return NvidiaGpus(Path("/nowhere"), Path("/nowhere"), HandClock(), loader(nvml), "win32")


def linux(sys: Path, nvml: FakeNvml, clock: HandClock | None = None) -> NvidiaGpus:
    return NvidiaGpus(sys, sys / "dev", clock or HandClock(), loader(nvml), "linux")


def test_all_figures_in_their_units() -> None:
    part = windows(FakeNvml(FakeGpu()))
    reading = part.read()
    assert figures(reading) == {
        f"hw.gpu.utilization{{{ID},hw.gpu.task=general}}": 0.42,
        f"hw.gpu.utilization{{{ID},hw.gpu.task=memory}}": 0.17,
        f"hw.gpu.utilization{{{ID},hw.gpu.task=encoder}}": 0.05,
        f"hw.gpu.utilization{{{ID},hw.gpu.task=decoder}}": 0.0,
        f"hw.gpu.memory.usage{{{ID}}}": 1073741824,
        f"hw.gpu.memory.limit{{{ID}}}": 25757220864,
        f"hw.gpu.power{{{ID}}}": 71.5,
        f"hw.gpu.power.limit{{{ID}}}": 450.0,
        f"hw.gpu.frequency{{{ID},hw.gpu.clock=graphics}}": 2.52e9,
        f"hw.gpu.frequency{{{ID},hw.gpu.clock=memory}}": 1.0501e10,
        f"hw.gpu.frequency{{{ID},hw.gpu.clock=video}}": 1.95e9,
        f"hw.gpu.temperature{{{ID}}}": 51.0,
        f"hw.gpu.fan.speed_ratio{{{ID}}}": 0.3,
    }
    assert part.read().series is reading.series
    part.close()


def test_fields_that_are_not_supported_are_missing_and_not_asked_again() -> None:
    nvml = FakeNvml(FakeGpu(errors={"FanSpeed": nv.NOT_SUPPORTED, "EncoderUtilization": nv.FUNCTION_NOT_FOUND}))
    part = windows(nvml)
    reading = part.read()
    assert set(reasons(reading)) == {
        f"hw.gpu.fan.speed_ratio{{{ID}}}",
        f"hw.gpu.utilization{{{ID},hw.gpu.task=encoder}}",
    }
    assert f"hw.gpu.fan.speed_ratio{{{ID}}}" not in figures(reading)
    nvml.calls.clear()
    again = part.read()
    assert "FanSpeed" not in nvml.calls
    assert again.missing is reading.missing


def test_a_passing_error_is_nan_for_that_reading() -> None:
    gpu = FakeGpu()
    part = windows(FakeNvml(gpu))
    part.read()
    gpu.errors["PowerUsage"] = 999
    gpu.errors["Temperature"] = nv.NO_PERMISSION
    reading = part.read()
    assert math.isnan(figures(reading)[f"hw.gpu.power{{{ID}}}"])
    assert reasons(reading) == {
        f"hw.gpu.power{{{ID}}}": "the NVIDIA driver: error 999",
        f"hw.gpu.temperature{{{ID}}}": "not permitted",
    }
    gpu.errors.clear()
    assert figures(part.read())[f"hw.gpu.power{{{ID}}}"] == 71.5


@pytest.mark.parametrize("code", sorted(nv.FATAL - {nv.DRIVER_NOT_LOADED}))
def test_a_lost_gpu_fails_the_reading_and_the_next_begins_anew(code: int) -> None:
    gpu = FakeGpu()
    nvml = FakeNvml(gpu)
    part = windows(nvml)
    part.read()
    gpu.errors["MemoryInfo"] = code
    with pytest.raises(CollectorFailed, match=f"the NVIDIA driver: error {code}"):
        part.read()
    assert not nvml.running
    gpu.errors.clear()
    assert len(part.read().values) == 13
    assert (nvml.begun, nvml.ended) == (2, 1)


def test_a_driver_that_is_unloaded_and_loaded_again() -> None:
    nvml = FakeNvml(FakeGpu())
    part = windows(nvml)
    part.read()
    nvml.running = False
    nvml.refuse = nv.DRIVER_NOT_LOADED
    with pytest.raises(CollectorFailed):
        part.read()
    with pytest.raises(CollectorUnavailable, match="not loaded"):
        part.read()
    nvml.refuse = None
    assert len(part.read().values) == 13


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (nv.LIBRARY_NOT_FOUND, CollectorUnavailable),
        (nv.DRIVER_NOT_LOADED, CollectorUnavailable),
        (nv.LIBRARY_MISMATCH, CollectorFailed),
        (999, CollectorFailed),
    ],
)
def test_a_library_that_cannot_begin(code: int, error: type[Exception]) -> None:
    nvml = FakeNvml(FakeGpu())
    nvml.refuse = code
    with pytest.raises(error):
        windows(nvml).read()


def test_no_gpu_behind_the_driver() -> None:
    with pytest.raises(CollectorFailed, match="shows no GPU"):
        windows(FakeNvml()).read()


def test_one_gpu_off_the_bus_does_not_hide_the_other(tmp_path: Path) -> None:
    for address in ("0000:01:00.0", "0000:02:00.0"):
        card(tmp_path, int(address[6]), "nvidia", address, {})
    nvml = FakeNvml(FakeGpu(), FakeGpu(bus="00000000:02:00.0", errors={"HandleByPciBusId": nv.GPU_IS_LOST}))
    part = linux(tmp_path, nvml)
    reading = part.read()
    assert len(reading.values) == 13
    assert reasons(reading) == {"hw.gpu.utilization{hw.id=0000:02:00.0}": "the NVIDIA driver: error 15"}
    part.close()


def test_a_sleeping_gpu_is_never_touched(tmp_path: Path) -> None:
    device = card(tmp_path, 0, "nvidia", "0000:01:00.0", {}, control="auto")
    write_tree(device, {"power/runtime_status": "suspended\n"})
    nvml = FakeNvml(FakeGpu())
    part = linux(tmp_path, nvml)
    assert part.present()
    reading = part.read()
    assert (nvml.begun, nvml.opened, reading.values) == (0, 0, [])
    assert reasons(reading) == {WHOLE: "the device is asleep and is not woken"}
    write_tree(device, {"power/runtime_status": "active\n"})
    awake = part.read()
    assert len(awake.values) == 13
    write_tree(device, {"power/runtime_status": "suspended\n"})
    calls = len(nvml.calls)
    asleep = part.read()
    assert len(nvml.calls) == calls
    assert not nvml.running, "no descriptor of ours keeps it awake"
    assert asleep.series is awake.series
    assert all(map(math.isnan, asleep.values))
    part.close()


def test_an_idle_gpu_that_may_sleep_is_left_alone_for_a_while(tmp_path: Path) -> None:
    clock = HandClock()
    card(tmp_path, 0, "nvidia", "0000:01:00.0", {}, control="auto")
    nvml = FakeNvml(FakeGpu(busy=0))
    part = linux(tmp_path, nvml, clock)

    def touched() -> bool:
        before = len(nvml.calls)
        part.read()
        return len(nvml.calls) > before

    assert touched()
    nvml.gpus[0].errors["EncoderUtilization"] = 999  # it would tell 5 %: not idle
    assert touched()
    clock.pass_by(IDLE_BEFORE_REST)
    assert touched()
    assert not touched()
    clock.pass_by(REST)
    assert touched(), "something else kept it awake"
    clock.pass_by(IDLE_BEFORE_REST)
    assert touched(), "it is not tried again so soon"
    clock.pass_by(PATIENCE)
    assert touched()
    assert not touched()
    part.close()


def test_presence_is_known_without_loading_anything(tmp_path: Path) -> None:
    part = linux(tmp_path, FakeNvml())
    assert not part.present()
    write_tree(tmp_path / "dev", {"nvidiactl": ""})
    assert part.present()
    assert windows(FakeNvml()).present()


def test_processes() -> None:
    gpu = FakeGpu(
        compute=[(100, 500), (101, None)],
        graphics=[(100, 500), (102, 700)],
        samples=[(100, 1, 10), (100, 2, 30), (103, 2, 250)],
    )
    part = windows(FakeNvml(gpu))
    assert part.processes() == [], "nothing was read yet: nothing is opened for this alone"
    part.read()
    found = {one.pid: one for one in part.processes()}
    assert found[100] == GpuProcess(100, "0000:01:00.0", 500.0, 0.3, found[100].engine_time)
    assert math.isnan(found[101].memory)
    assert math.isnan(found[102].utilization)
    assert found[103].utilization == 1.0
    assert math.isnan(found[100].engine_time)
    assert math.isnan(part.processes()[0].utilization), "no sample since the last call"


def test_processes_that_are_not_told_and_a_gpu_lost_meanwhile() -> None:
    gpu = FakeGpu(compute=[(100, 500)], errors={"GraphicsRunningProcesses": nv.NOT_SUPPORTED})
    nvml = FakeNvml(gpu)
    part = windows(nvml)
    part.read()
    assert [one.pid for one in part.processes()] == [100]
    gpu.errors["ComputeRunningProcesses"] = nv.GPU_IS_LOST
    with pytest.raises(CollectorFailed):
        part.processes()
    assert not nvml.running


def test_close_ends_nvml_once_even_where_the_driver_went() -> None:
    nvml = FakeNvml(FakeGpu())
    part = windows(nvml)
    part.read()
    part.close()
    part.close()
    assert nvml.ended == 1
    part.read()
    nvml.running = False
    part.close()


def test_addresses() -> None:
    assert address_of("00000000:01:00.0") == "0000:01:00.0"
    assert address_of("0000000A:C1:00.0\0") == "000a:c1:00.0"
    assert isinstance(FakeError(3), Exception)
