"""All vendors together: joined, apart in failure, absent with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.collectors.gpu import FIRST_RETRY, LOOK, GpuCollector
from sysmon.collectors.gpu_part import GpuProcess
from sysmon.model import names
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.metric import series
from sysmon.model.sample import Missing, Reading
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons
from tests.collectors.trees import amd_card, card, gpu_process, i915_fdinfo


class FakePart:
    """A vendor with one GPU; does what the test sets."""

    looked_for = "a fake driver"
    denied = False

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.there = True
        self.error: Exception | None = None
        self.reads = self.looks = self.closed = 0
        self.layout = (series(names.GPU_POWER, vendor, vendor),)

    def present(self) -> bool:
        self.looks += 1
        return self.there

    def read(self) -> Reading:
        self.reads += 1
        if self.error is not None:
            raise self.error
        return Reading(self.layout, [7.0], (Missing(f"{self.vendor} fan", "none"),))

    def processes(self) -> list[GpuProcess]:
        if self.error is not None:
            raise self.error
        return [GpuProcess(1, self.vendor, 1.0, 1.0, 1.0)]

    def close(self) -> None:
        self.closed += 1


def collector(*parts: FakePart) -> tuple[GpuCollector, HandClock]:
    clock = HandClock()
    return GpuCollector(Path("/nowhere"), Path("/nowhere"), parts, clock), clock


def test_vendors_are_joined_and_the_layout_stays() -> None:
    gpu, _ = collector(FakePart("A"), FakePart("B"))
    first, second = gpu.read(), gpu.read()
    assert list(figures(first).values()) == [7.0, 7.0]
    assert set(reasons(first)) == {"A fan", "B fan"}
    assert second.series is first.series
    assert second.missing is first.missing
    assert [one.gpu for one in gpu.processes()] == ["A", "B"]


@pytest.mark.parametrize("error", [CollectorFailed("lost"), OSError(5, "Input/output error")])
def test_one_that_fails_does_not_hide_the_other_and_is_left_alone_ever_longer(error: Exception) -> None:
    bad, good = FakePart("Bad"), FakePart("Good")
    gpu, clock = collector(bad, good)
    gpu.read()
    bad.error = error
    reading = gpu.read()
    assert len(reading.values) == 1
    assert reasons(reading)["gpu Bad"] in ("lost", "the device did not answer")
    for wait in (FIRST_RETRY, 2 * FIRST_RETRY):
        reads = bad.reads
        clock.pass_by(wait - 1)
        gpu.read()
        assert bad.reads == reads
        clock.pass_by(1)
        gpu.read()
        assert bad.reads == reads + 1
    bad.error = None
    clock.pass_by(4 * FIRST_RETRY)
    assert len(gpu.read().values) == 2
    assert "gpu Bad" not in reasons(gpu.read())


def test_all_failed_is_a_failure_and_none_present_is_unavailable() -> None:
    part = FakePart("A")
    gpu, clock = collector(part)
    part.error = CollectorFailed("lost")
    with pytest.raises(CollectorFailed, match="A: lost"):
        gpu.read()
    with pytest.raises(CollectorFailed, match="A: lost"):
        gpu.read()
    assert part.reads == 1, "it is left alone"
    part.there = False
    clock.pass_by(LOOK)
    with pytest.raises(CollectorUnavailable, match="Looked for: a fake driver"):
        gpu.read()


def test_a_driver_without_a_gpu_is_no_failure() -> None:
    part, other = FakePart("A"), FakePart("B")
    gpu, _ = collector(part, other)
    part.error = CollectorUnavailable("no library")
    assert "gpu A" not in reasons(gpu.read())
    other.there = False
    alone, _ = collector(part)
    with pytest.raises(CollectorUnavailable, match=r"\(A: no library\)"):
        alone.read()


def test_vendors_are_looked_for_now_and_then() -> None:
    part = FakePart("A")
    part.there = False
    gpu, clock = collector(part)
    for _ in range(3):
        with pytest.raises(CollectorUnavailable):
            gpu.read()
    assert part.looks == 1
    part.there = True
    clock.pass_by(LOOK)
    assert len(gpu.read().values) == 1


def test_processes_of_a_vendor_that_fails_are_left_out() -> None:
    bad, good = FakePart("Bad"), FakePart("Good")
    gpu, _ = collector(bad, good)
    assert gpu.processes() == []
    gpu.read()
    bad.error = CollectorFailed("lost")
    assert [one.gpu for one in gpu.processes()] == ["Good"]
    assert reasons(gpu.read())["gpu Bad"] == "lost"
    gpu.close()
    assert bad.closed == good.closed == 1


def test_a_recorded_machine_with_two_vendors(tmp_path: Path) -> None:
    amd_card(tmp_path / "sys")
    card(tmp_path / "sys", 0, "i915", "0000:00:02.0", {"vendor": "0x8086", "device": "0x9a49"})
    gpu_process(tmp_path / "proc", 100, (5, i915_fdinfo(1, 10)))
    gpu = GpuCollector(tmp_path / "proc", tmp_path / "sys", clock=HandClock())
    ids = {each.attribute(names.HW_ID) for each in gpu.read().series}
    assert {"0000:03:00.0", "0000:00:02.0"} <= ids
    assert 100 in [one.pid for one in gpu.processes()]
    gpu.close()


def test_no_gpu_lists_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    gpu = GpuCollector(tmp_path / "proc", tmp_path / "sys", clock=HandClock())
    if not Path("/dev/nvidiactl").exists():
        with pytest.raises(CollectorUnavailable, match=r"nvidiactl.*amdgpu.*i915"):
            gpu.read()
