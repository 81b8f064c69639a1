"""The part of NVML that this program uses, as ``pynvml`` of the package nvidia-ml-py offers it.

Facts: https://docs.nvidia.com/deploy/nvml-api/. The module is loaded only where an NVIDIA driver
may be. Tests put a fake with behaviour in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, cast

from sysmon.model.errors import CollectorUnavailable

NOT_INITIALIZED: Final = 1
NOT_SUPPORTED: Final = 3
NO_PERMISSION: Final = 4
NOT_FOUND: Final = 6
DRIVER_NOT_LOADED: Final = 9
LIBRARY_NOT_FOUND: Final = 12
FUNCTION_NOT_FOUND: Final = 13
GPU_IS_LOST: Final = 15
RESET_REQUIRED: Final = 16
LIBRARY_MISMATCH: Final = 18

FATAL: Final = frozenset({NOT_INITIALIZED, DRIVER_NOT_LOADED, GPU_IS_LOST, RESET_REQUIRED, LIBRARY_MISMATCH})
"""Errors after which nothing works until NVML is begun anew."""

TEMPERATURE_GPU: Final = 0
CLOCK_GRAPHICS: Final = 0
CLOCK_MEMORY: Final = 2
CLOCK_VIDEO: Final = 3


class Handle(Protocol):
    """A device, opaque to us."""


class Utilization(Protocol):
    gpu: int
    memory: int


class Memory(Protocol):
    total: int
    used: int


class PciInfo(Protocol):
    busId: bytes | str  # noqa: N815  NVML's name


class ProcessMemory(Protocol):
    pid: int
    usedGpuMemory: int | None  # noqa: N815  NVML's name


class ProcessSample(Protocol):
    pid: int
    timeStamp: int  # noqa: N815  NVML's name
    smUtil: int  # noqa: N815  NVML's name


class Nvml(Protocol):
    """The calls. Each raises ``NVMLError``, whose ``value`` is one of the numbers above."""

    NVMLError: type[Exception]

    def nvmlInit(self) -> None: ...  # noqa: N802
    def nvmlShutdown(self) -> None: ...  # noqa: N802
    def nvmlDeviceGetCount(self) -> int: ...  # noqa: N802
    def nvmlDeviceGetHandleByIndex(self, index: int) -> Handle: ...  # noqa: N802
    def nvmlDeviceGetHandleByPciBusId(self, pciBusId: bytes) -> Handle: ...  # noqa: N802, N803
    def nvmlDeviceGetPciInfo(self, handle: Handle) -> PciInfo: ...  # noqa: N802
    def nvmlDeviceGetName(self, handle: Handle) -> bytes | str: ...  # noqa: N802
    def nvmlDeviceGetUtilizationRates(self, handle: Handle) -> Utilization: ...  # noqa: N802
    def nvmlDeviceGetEncoderUtilization(self, handle: Handle) -> Sequence[int]: ...  # noqa: N802
    def nvmlDeviceGetDecoderUtilization(self, handle: Handle) -> Sequence[int]: ...  # noqa: N802
    def nvmlDeviceGetMemoryInfo(self, handle: Handle) -> Memory: ...  # noqa: N802
    def nvmlDeviceGetPowerUsage(self, handle: Handle) -> int: ...  # noqa: N802
    def nvmlDeviceGetEnforcedPowerLimit(self, handle: Handle) -> int: ...  # noqa: N802
    def nvmlDeviceGetClockInfo(self, handle: Handle, type: int) -> int: ...  # noqa: N802, A002
    def nvmlDeviceGetTemperature(self, handle: Handle, sensor: int) -> int: ...  # noqa: N802
    def nvmlDeviceGetFanSpeed(self, handle: Handle) -> int: ...  # noqa: N802
    def nvmlDeviceGetComputeRunningProcesses(self, handle: Handle) -> Sequence[ProcessMemory]: ...  # noqa: N802
    def nvmlDeviceGetGraphicsRunningProcesses(self, handle: Handle) -> Sequence[ProcessMemory]: ...  # noqa: N802
    def nvmlDeviceGetProcessUtilization(self, handle: Handle, timeStamp: int) -> Sequence[ProcessSample]: ...  # noqa: N802, N803


def load() -> Nvml:
    """The real one. Raises CollectorUnavailable where the package is not installed."""
    try:
        import pynvml
    except ImportError as error:
        raise CollectorUnavailable("the Python package nvidia-ml-py is not installed") from error
    return cast("Nvml", pynvml)


def code_of(error: Exception) -> int:
    """The number of an ``NVMLError``; 999, NVML's "unknown", where it has none."""
    value: object = getattr(error, "value", 999)
    return value if isinstance(value, int) else 999


def text_of(value: bytes | str) -> str:
    """NVML gives bytes or text, depending on the version of the package."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
