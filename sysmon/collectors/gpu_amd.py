"""AMD GPUs from sysfs, as the ``amdgpu`` driver fills it.

Facts: https://docs.kernel.org/gpu/amdgpu/thermal.html (gpu_busy_percent, mem_busy_percent, mem_info_vram_*,
hwmon, pp_dpm_sclk and pp_dpm_mclk). A card that sleeps is not woken.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.drm_fdinfo import FdinfoScanner, processes_of
from sysmon.collectors.gpu_part import PCI_NAMES, Card, GpuProcess, Sleep, find_cards, subject
from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import NO_NUMBER, SysFile, parse_number, read_number, reason_of
from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series, series
from sysmon.model.sample import Missing, Reading

_DRIVERS: Final = frozenset({"amdgpu"})
_CURRENT = re.compile(rb"\d{1,3}:\s*(\d{1,9})\s*[Mm][Hh][Zz]\s*\*")


def parse_dpm(data: bytes) -> float:
    """The current clock in Hz from ``pp_dpm_*``: the line with the star; NaN where none has one."""
    found = _CURRENT.search(data)
    return float(found.group(1)) * 1e6 if found else math.nan


@dataclass(frozen=True, slots=True)
class _Gauge:
    series: Series
    file: SysFile
    convert: Callable[[bytes], float]


def _divided(by: float) -> Callable[[bytes], float]:
    return lambda data: parse_number(data) / by


class _AmdCard:
    """One card: its gauges as they exist now, and whether it may be asked."""

    def __init__(self, card: Card, clock: Callable[[], float]) -> None:
        self.card = card
        self.sleep = Sleep(card.device, card.drives_screen, clock)
        candidates = list(self._candidates())
        self.gauges = [gauge for gauge in candidates if Path(gauge.file.path).exists()]
        self.lacking = [
            Missing(gauge.series.key, "this GPU or its driver does not tell it")
            for gauge in candidates
            if gauge not in self.gauges
        ]

    def _candidates(self) -> Iterator[_Gauge]:
        device = self.card.device
        yield self._gauge(names.GPU_UTILIZATION, device / "gpu_busy_percent", _divided(100.0), "general")
        yield self._gauge(names.GPU_UTILIZATION, device / "mem_busy_percent", _divided(100.0), "memory")
        yield self._gauge(names.GPU_MEMORY_USAGE, device / "mem_info_vram_used", _divided(1.0))
        yield self._gauge(names.GPU_MEMORY_LIMIT, device / "mem_info_vram_total", _divided(1.0))
        chip = next((device / "hwmon" / name for name in entries(device / "hwmon")), device / "hwmon")
        power = "power1_average" if (chip / "power1_average").exists() else "power1_input"
        yield self._gauge(names.GPU_POWER, chip / power, _divided(1e6))
        yield self._gauge(names.GPU_POWER_LIMIT, chip / "power1_cap", _divided(1e6))
        yield self._gauge(names.GPU_TEMPERATURE, chip / "temp1_input", _divided(1000.0))
        for clock, hwmon, dpm in (("graphics", "freq1_input", "pp_dpm_sclk"), ("memory", "freq2_input", "pp_dpm_mclk")):
            if (chip / hwmon).exists():
                yield self._gauge(names.GPU_CLOCK, chip / hwmon, _divided(1.0), clock)
            else:
                yield self._gauge(names.GPU_CLOCK, device / dpm, parse_dpm, clock)
        highest = read_number(chip / "pwm1_max")
        yield self._gauge(names.GPU_FAN, chip / "pwm1", _divided(highest if highest > 0 else 255.0))

    def _gauge(self, metric: MetricSpec, path: Path, convert: Callable[[bytes], float], *more: str) -> _Gauge:
        return _Gauge(series(metric, self.card.address, self.card.title, *more), SysFile(path), convert)

    def read(self, values: list[float], missing: list[Missing]) -> None:
        """Append one value for each gauge, and why those that are NaN are."""
        missing.extend(self.lacking)
        if reason := self.sleep.closed():
            values.extend([math.nan] * len(self.gauges))
            missing.append(Missing(subject(self.card.address), reason))
            return
        busy = True
        for gauge in self.gauges:
            value = math.nan
            try:
                value = gauge.convert(gauge.file.read())
                reason = NO_NUMBER
            except OSError as error:
                reason = reason_of(error)
            if math.isnan(value):
                missing.append(Missing(gauge.series.key, reason))
            if gauge.series.metric is names.GPU_UTILIZATION and gauge.series.attribute("hw.gpu.task") == "general":
                busy = value != 0.0
            values.append(value)
        self.sleep.seen(busy=busy)

    def close(self) -> None:
        self.sleep.close()
        for gauge in self.gauges:
            gauge.file.close()


class AmdGpus:
    """All cards of the ``amdgpu`` driver."""

    vendor = "AMD"
    looked_for = "a card of the amdgpu driver in /sys/class/drm"

    def __init__(
        self,
        sys: Path,
        scanner: FdinfoScanner,
        clock: Callable[[], float] = time.monotonic,
        name_lists: tuple[Path, ...] = PCI_NAMES,
    ) -> None:
        self._sys = sys
        self._scanner = scanner
        self._clock = clock
        self._name_lists = name_lists
        self._cards: list[_AmdCard] = []
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    @property
    def denied(self) -> bool:
        return self._scanner.denied and os.geteuid() != 0

    def present(self) -> bool:
        """Whether there is such a card. Finds cards that were plugged in or out."""
        found = find_cards(self._sys, _DRIVERS, self._name_lists)
        if [one.card for one in self._cards] != found:
            self.close()
            self._cards = [_AmdCard(card, self._clock) for card in found]
            self._series = tuple(gauge.series for card in self._cards for gauge in card.gauges)
        return bool(found)

    def read(self) -> Reading:
        values: list[float] = []
        missing: list[Missing] = []
        for card in self._cards:
            card.read(values, missing)
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, values, self._missing)

    def processes(self) -> list[GpuProcess]:
        return processes_of(self._scanner.read(), {one.card.address for one in self._cards})

    def close(self) -> None:
        for card in self._cards:
            card.close()
