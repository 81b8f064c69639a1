"""A fake NVML with behaviour: GPUs with figures, fields that are not supported, GPUs that are lost, drivers that go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

from sysmon.collectors import nvml as nv


class FakeError(Exception):
    """Like ``pynvml.NVMLError``: a number, and text."""

    def __init__(self, value: int) -> None:
        super().__init__(f"error {value}")
        self.value = value


@dataclass
class FakeGpu:
    """One GPU; ``errors`` maps the end of a call's name to the number that it raises."""

    bus: str = "00000000:01:00.0"
    name: bytes | str = "NVIDIA GeForce RTX 4090"
    busy: int = 42
    errors: dict[str, int] = field(default_factory=dict[str, int])
    compute: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])
    graphics: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])
    samples: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])


class FakeNvml:
    """The calls of `sysmon.collectors.nvml.Nvml`. Counts how often it was begun, ended and asked for a handle."""

    NVMLError: type[Exception] = FakeError

    def __init__(self, *gpus: FakeGpu) -> None:
        self.gpus = list(gpus)
        self.running = False
        self.begun = self.ended = self.opened = 0
        self.refuse: int | None = None
        self.calls: list[str] = []

    def nvmlInit(self) -> None:
        self.begun += 1
        if self.refuse is not None:
            raise FakeError(self.refuse)
        self.running = True

    def nvmlShutdown(self) -> None:
        if not self.running:
            raise FakeError(nv.NOT_INITIALIZED)
        self.running = False
        self.ended += 1

    def nvmlDeviceGetCount(self) -> int:
        self._check(None, "Count")
        return len(self.gpus)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> FakeGpu:
        self.opened += 1
        self._check(self.gpus[index], "HandleByIndex")
        return self.gpus[index]

    def nvmlDeviceGetHandleByPciBusId(self, pciBusId: bytes) -> FakeGpu:  # noqa: N803
        self.opened += 1
        for gpu in self.gpus:
            if gpu.bus.endswith(pciBusId.decode()):
                self._check(gpu, "HandleByPciBusId")
                return gpu
        raise FakeError(nv.NOT_FOUND)

    def nvmlDeviceGetPciInfo(self, handle: object) -> SimpleNamespace:
        return SimpleNamespace(busId=self._gpu(handle, "PciInfo").bus)

    def nvmlDeviceGetName(self, handle: object) -> bytes | str:
        return self._gpu(handle, "Name").name

    def nvmlDeviceGetUtilizationRates(self, handle: object) -> SimpleNamespace:
        return SimpleNamespace(gpu=self._gpu(handle, "UtilizationRates").busy, memory=17)

    def nvmlDeviceGetEncoderUtilization(self, handle: object) -> Sequence[int]:
        self._gpu(handle, "EncoderUtilization")
        return [5, 167000]

    def nvmlDeviceGetDecoderUtilization(self, handle: object) -> Sequence[int]:
        self._gpu(handle, "DecoderUtilization")
        return [0, 167000]

    def nvmlDeviceGetMemoryInfo(self, handle: object) -> SimpleNamespace:
        self._gpu(handle, "MemoryInfo")
        return SimpleNamespace(total=25757220864, used=1073741824, free=24683479040)

    def nvmlDeviceGetPowerUsage(self, handle: object) -> int:
        self._gpu(handle, "PowerUsage")
        return 71500

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: object) -> int:
        self._gpu(handle, "EnforcedPowerLimit")
        return 450000

    def nvmlDeviceGetClockInfo(self, handle: object, type: int) -> int:  # noqa: A002
        self._gpu(handle, f"ClockInfo{type}")
        return {0: 2520, 2: 10501, 3: 1950}[type]

    def nvmlDeviceGetTemperature(self, handle: object, sensor: int) -> int:
        self._gpu(handle, "Temperature")
        return 51

    def nvmlDeviceGetFanSpeed(self, handle: object) -> int:
        self._gpu(handle, "FanSpeed")
        return 30

    def nvmlDeviceGetComputeRunningProcesses(self, handle: object) -> Sequence[SimpleNamespace]:
        gpu = self._gpu(handle, "ComputeRunningProcesses")
        return [SimpleNamespace(pid=pid, usedGpuMemory=size) for pid, size in gpu.compute]

    def nvmlDeviceGetGraphicsRunningProcesses(self, handle: object) -> Sequence[SimpleNamespace]:
        gpu = self._gpu(handle, "GraphicsRunningProcesses")
        return [SimpleNamespace(pid=pid, usedGpuMemory=size) for pid, size in gpu.graphics]

    def nvmlDeviceGetProcessUtilization(self, handle: object, timeStamp: int) -> Sequence[SimpleNamespace]:  # noqa: N803
        gpu = self._gpu(handle, "ProcessUtilization")
        found = [SimpleNamespace(pid=p, timeStamp=t, smUtil=u) for p, t, u in gpu.samples if t > timeStamp]
        if not found:
            raise FakeError(nv.NOT_FOUND)
        return found

    def _gpu(self, handle: object, call: str) -> FakeGpu:
        assert isinstance(handle, FakeGpu)
        self._check(handle, call)
        return handle

    def _check(self, gpu: FakeGpu | None, call: str) -> None:
        self.calls.append(call)
        if not self.running:
            raise FakeError(nv.NOT_INITIALIZED)
        if gpu is not None and call in gpu.errors:
            raise FakeError(gpu.errors[call])


def loader(nvml: FakeNvml) -> Callable[[], nv.Nvml]:
    """What stands in the place of `sysmon.collectors.nvml.load`."""
    return lambda: cast("nv.Nvml", nvml)
