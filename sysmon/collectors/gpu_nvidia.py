"""NVIDIA GPUs through NVML.

A GPU that the kernel has put to sleep is not touched: opening its NVML handle alone would wake it. When all sleep,
NVML is ended, so that no descriptor of ours keeps them awake. A driver that is unloaded, reloaded or loses a GPU ends
the reading with CollectorFailed; the next reading begins NVML anew.
"""

from __future__ import annotations

import math
import sys as interpreter
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from sysmon.collectors import nvml as nv
from sysmon.collectors.gpu_part import GpuProcess, Sleep, subject
from sysmon.collectors.nvml import Handle, Nvml
from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import clean_label
from sysmon.model import names
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.metric import MetricSpec, Series, series
from sysmon.model.sample import Missing, Reading

_T = TypeVar("_T")
_Ask = Callable[[Nvml, Handle], tuple[float, ...]]


def _utilization(nvml: Nvml, gpu: Handle) -> tuple[float, ...]:
    rates = nvml.nvmlDeviceGetUtilizationRates(gpu)
    return rates.gpu / 100.0, rates.memory / 100.0


def _memory(nvml: Nvml, gpu: Handle) -> tuple[float, ...]:
    memory = nvml.nvmlDeviceGetMemoryInfo(gpu)
    return float(memory.used), float(memory.total)


def _clock(kind: int) -> _Ask:
    return lambda nvml, gpu: (nvml.nvmlDeviceGetClockInfo(gpu, kind) * 1e6,)


_Target = tuple[MetricSpec, str]

_QUESTIONS: Final[tuple[tuple[tuple[_Target, ...], _Ask], ...]] = (
    (((names.GPU_UTILIZATION, "general"), (names.GPU_UTILIZATION, "memory")), _utilization),
    (((names.GPU_UTILIZATION, "encoder"),), lambda n, gpu: (n.nvmlDeviceGetEncoderUtilization(gpu)[0] / 100.0,)),
    (((names.GPU_UTILIZATION, "decoder"),), lambda n, gpu: (n.nvmlDeviceGetDecoderUtilization(gpu)[0] / 100.0,)),
    (((names.GPU_MEMORY_USAGE, ""), (names.GPU_MEMORY_LIMIT, "")), _memory),
    (((names.GPU_POWER, ""),), lambda n, gpu: (n.nvmlDeviceGetPowerUsage(gpu) / 1000.0,)),
    (((names.GPU_POWER_LIMIT, ""),), lambda n, gpu: (n.nvmlDeviceGetEnforcedPowerLimit(gpu) / 1000.0,)),
    (((names.GPU_CLOCK, "graphics"),), _clock(nv.CLOCK_GRAPHICS)),
    (((names.GPU_CLOCK, "memory"),), _clock(nv.CLOCK_MEMORY)),
    (((names.GPU_CLOCK, "video"),), _clock(nv.CLOCK_VIDEO)),
    (((names.GPU_TEMPERATURE, ""),), lambda n, gpu: (float(n.nvmlDeviceGetTemperature(gpu, nv.TEMPERATURE_GPU)),)),
    (((names.GPU_FAN, ""),), lambda n, gpu: (n.nvmlDeviceGetFanSpeed(gpu) / 100.0,)),
)
"""Each call once, with the series that its answer fills."""


class _Question(NamedTuple):
    series: tuple[Series, ...]
    ask: _Ask


class _Gpu:
    """One GPU: what it answers, found out by asking everything once."""

    def __init__(self, nvml: Nvml, handle: Handle, address: str) -> None:
        title = clean_label(nv.text_of(nvml.nvmlDeviceGetName(handle))) or "NVIDIA GPU"
        self.handle = handle
        self.address = address
        self.questions: list[_Question] = []
        self.lacking: list[Missing] = []
        for targets, ask in _QUESTIONS:
            wanted = tuple(series(m, address, title, *([part] if part else [])) for m, part in targets)
            try:
                ask(nvml, handle)
            except nvml.NVMLError as error:
                if (code := nv.code_of(error)) in nv.FATAL:
                    raise
                if code in (nv.NOT_SUPPORTED, nv.FUNCTION_NOT_FOUND):
                    self.lacking += [Missing(of.key, "this GPU or its driver does not tell it") for of in wanted]
                    continue
            self.questions.append(_Question(wanted, ask))

    def read(self, nvml: Nvml, values: list[float], missing: list[Missing]) -> bool:
        """Append all values; whether the GPU was busy. Raises NVMLError where nothing works any more."""
        busy = False
        for question in self.questions:
            try:
                answer: Sequence[float] = question.ask(nvml, self.handle)
            except nvml.NVMLError as error:
                code = nv.code_of(error)
                if code in nv.FATAL:
                    raise
                reason = "not permitted" if code == nv.NO_PERMISSION else f"the NVIDIA driver: {error}"
                missing += [Missing(of.key, reason) for of in question.series]
                answer = (math.nan,) * len(question.series)
            values.extend(answer)
            busy = busy or (question.series[0].metric is names.GPU_UTILIZATION and answer[0] > 0)
        return busy

    def skip(self, values: list[float]) -> None:
        """NaN for everything."""
        values.extend(math.nan for question in self.questions for _ in question.series)


class NvidiaGpus:
    """All GPUs of the NVIDIA driver. ``sys`` and ``dev`` are where Linux shows them; elsewhere NVML is simply tried."""

    vendor = "NVIDIA"
    looked_for = "an NVIDIA driver (/dev/nvidiactl, or nvml.dll on Windows)"
    denied = False
    """The driver tells everybody's processes to everybody."""

    def __init__(
        self,
        sys: Path,
        dev: Path = Path("/dev"),
        clock: Callable[[], float] = time.monotonic,
        load: Callable[[], Nvml] = nv.load,
        platform: str = interpreter.platform,
    ) -> None:
        self._drivers = sys / "bus/pci/drivers/nvidia"
        self._dev = dev
        self._clock = clock
        self._load = load
        self._platform = platform
        self._nvml: Nvml | None = None
        self._gpus: dict[str, _Gpu] = {}
        self._sleep: dict[str, Sleep] = {}
        self._sampled: dict[str, int] = {}
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def present(self) -> bool:
        """Whether a driver is there. On Windows that is known only by trying."""
        if self._platform == "win32":
            return True
        # WSL offers NVML without a kernel driver, behind /dev/dxg.
        return (self._dev / "nvidiactl").exists() or self._drivers.is_dir() or (self._dev / "dxg").exists()

    def read(self) -> Reading:
        """All figures; NaN with a reason for a GPU that sleeps. Raises CollectorUnavailable or CollectorFailed."""
        missing: list[Missing] = []
        awake: set[str] | None = None
        if addresses := self._addresses():
            closed = {address: self._sleep[address].closed() for address in addresses}
            missing = [Missing(subject(address), reason) for address, reason in closed.items() if reason]
            awake = {address for address, reason in closed.items() if not reason}
            if not awake:
                self._end()
        values: list[float] = []
        if awake is None or awake:
            self._ask(awake, values, missing)
        else:
            for gpu in self._gpus.values():
                gpu.skip(values)
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, values, self._missing)

    def processes(self) -> list[GpuProcess]:
        """Memory and share of each process, on GPUs that are awake and were read before."""
        nvml = self._nvml
        found: list[GpuProcess] = []
        if nvml is None:
            return found
        for gpu in self._gpus.values():
            sleep = self._sleep.get(gpu.address)
            if sleep is None or not sleep.closed():
                try:
                    found += self._processes_of(nvml, gpu)
                except nvml.NVMLError as error:
                    raise self._failed(error) from error
        return found

    def close(self) -> None:
        self._end()
        for sleep in self._sleep.values():
            sleep.close()

    def _addresses(self) -> list[str]:
        """PCI addresses of the GPUs, from sysfs, without waking one; empty where sysfs does not tell."""
        found = [name for name in entries(self._drivers) if name.count(":") == 2]
        for address in found:
            if address not in self._sleep:
                device = self._drivers / address
                self._sleep[address] = Sleep(device, lambda device=device: _drives_screen(device), self._clock)
        return found

    def _begin(self) -> Nvml:
        nvml = self._load()
        try:
            nvml.nvmlInit()
        except nvml.NVMLError as error:
            raise self._failed(error) from error
        self._nvml = nvml
        self._gpus = {}
        return nvml

    def _ask(self, awake: set[str] | None, values: list[float], missing: list[Missing]) -> None:
        nvml = self._nvml or self._begin()
        try:
            self._find(nvml, awake, missing)
            for gpu in self._gpus.values():
                missing += gpu.lacking
                if awake is not None and gpu.address not in awake:
                    gpu.skip(values)
                    continue
                busy = gpu.read(nvml, values, missing)
                if gpu.address in self._sleep:
                    self._sleep[gpu.address].seen(busy=busy)
        except nvml.NVMLError as error:
            raise self._failed(error) from error

    def _find(self, nvml: Nvml, awake: set[str] | None, missing: list[Missing]) -> None:
        """Open the GPUs that are awake and were not opened yet."""
        if awake is None:
            if self._gpus:
                return
            handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
            opened = {address_of(nv.text_of(nvml.nvmlDeviceGetPciInfo(one).busId)): one for one in handles}
            self._gpus = {address: _Gpu(nvml, handle, address) for address, handle in opened.items()}
        else:
            for address in sorted(awake - self._gpus.keys()):
                try:
                    handle = nvml.nvmlDeviceGetHandleByPciBusId(address.encode())
                    self._gpus[address] = _Gpu(nvml, handle, address)
                except nvml.NVMLError as error:
                    # One GPU that fell off the bus must not hide the others.
                    missing.append(Missing(subject(address), f"the NVIDIA driver: {error}"))
        if not self._gpus:
            raise CollectorFailed(missing[-1].reason if missing else "the NVIDIA driver shows no GPU")
        layout = tuple(of for gpu in self._gpus.values() for question in gpu.questions for of in question.series)
        if layout != self._series:
            self._series = layout

    def _processes_of(self, nvml: Nvml, gpu: _Gpu) -> list[GpuProcess]:
        memory: dict[int, float] = {}
        for ask in (nvml.nvmlDeviceGetComputeRunningProcesses, nvml.nvmlDeviceGetGraphicsRunningProcesses):
            for one in _optional(nvml, lambda ask=ask: ask(gpu.handle)):
                size = math.nan if one.usedGpuMemory is None else float(one.usedGpuMemory)
                before = memory.get(one.pid, math.nan)
                memory[one.pid] = size if not before > size else before
        since = self._sampled.get(gpu.address, 0)
        share: dict[int, tuple[int, float]] = {}
        for sample in _optional(nvml, lambda: nvml.nvmlDeviceGetProcessUtilization(gpu.handle, since)):
            if sample.timeStamp >= share.get(sample.pid, (0, 0.0))[0]:
                share[sample.pid] = sample.timeStamp, min(sample.smUtil, 100) / 100.0
        self._sampled[gpu.address] = max([since, *(stamp for stamp, _ in share.values())])
        return [
            GpuProcess(pid, gpu.address, memory.get(pid, math.nan), share.get(pid, (0, math.nan))[1], math.nan)
            for pid in sorted(memory.keys() | share.keys())
        ]

    def _failed(self, error: Exception) -> CollectorFailed | CollectorUnavailable:
        self._end()
        self._gpus = {}
        code = nv.code_of(error)
        if code == nv.LIBRARY_NOT_FOUND:
            return CollectorUnavailable("NVIDIA's library NVML is not installed")
        if code == nv.DRIVER_NOT_LOADED:
            return CollectorUnavailable("the NVIDIA driver is not loaded")
        return CollectorFailed(f"the NVIDIA driver: {error}")

    def _end(self) -> None:
        nvml, self._nvml = self._nvml, None
        if nvml is not None:
            try:
                nvml.nvmlShutdown()
            except nvml.NVMLError:
                return  # the driver is gone: there is nothing left to give back


def _optional(nvml: Nvml, ask: Callable[[], Sequence[_T]]) -> Sequence[_T]:
    """The answer; nothing where the driver has none or does not tell it. Raises NVMLError where all is lost."""
    try:
        return ask()
    except nvml.NVMLError as error:
        if nv.code_of(error) in nv.FATAL:
            raise
        return ()


def _drives_screen(device: Path) -> bool:
    """Whether a screen is plugged into the card at this PCI device (needs nvidia-drm with modeset)."""
    for card in entries(device / "drm"):
        for connector in entries(device / "drm" / card):
            if (
                connector.startswith(f"{card}-")
                and attribute(device / "drm" / card / connector / "status") == "connected"
            ):
                return True
    return False


def address_of(bus_id: str) -> str:
    """NVML's ``00000000:01:00.0`` as the kernel writes it: ``0000:01:00.0``."""
    domain, _, rest = bus_id.strip("\0 ").lower().partition(":")
    return clean_label(f"{domain[-4:]}:{rest}")
