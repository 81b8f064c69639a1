"""All GPUs of this machine: the vendors that are present, joined into one reading.

A vendor whose driver fails is left alone for a while, ever longer, and does not hide the others. Knows no driver.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.drm_fdinfo import FdinfoScanner
from sysmon.collectors.gpu_amd import AmdGpus
from sysmon.collectors.gpu_intel import IntelGpus
from sysmon.collectors.gpu_nvidia import NvidiaGpus
from sysmon.collectors.gpu_part import GpuPart, GpuProcess
from sysmon.collectors.gpu_users import GpuUsers
from sysmon.collectors.sysfs import reason_of
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.metric import Series
from sysmon.model.sample import Missing, Reading

LOOK: Final = 30.0
"""Seconds between two looks for GPUs or drivers that came or went."""

FIRST_RETRY: Final = 4.0
LONGEST_RETRY: Final = 120.0
"""Seconds until a vendor that failed is read again: doubled each time."""


@dataclass(slots=True)
class _Slot:
    """One vendor: whether it is there, and how long it is left alone."""

    part: GpuPart
    present: bool = False
    looked: float = -math.inf
    retry_at: float = -math.inf
    wait: float = FIRST_RETRY
    reason: str = ""
    absent: bool = False
    """Whether the last failure said that there is no such GPU after all."""


class GpuCollector:
    """Family ``gpu``. ``parts`` replaces the three vendors in tests."""

    family = "gpu"
    pace = Pace(interval=2.0, limit=5.0)

    def __init__(
        self,
        proc: Path,
        sys: Path,
        parts: Sequence[GpuPart] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if parts is None:
            scanner = FdinfoScanner(proc, clock)
            parts = (NvidiaGpus(sys, clock=clock), AmdGpus(sys, scanner, clock), IntelGpus(sys, scanner, clock))
        self._slots = [_Slot(part) for part in parts]
        self.users: GpuUsers | None = None
        """Told after each reading who uses the GPUs, while it is wanted."""
        self._clock = clock
        self._layouts: tuple[tuple[Series, ...], ...] = ()
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """All figures of all GPUs.

        Raises CollectorUnavailable where no GPU was found, CollectorFailed where every vendor failed.
        """
        due = [slot for slot in self._look() if self._clock() >= slot.retry_at]
        readings = [reading for slot in due if (reading := self._read(slot)) is not None]
        failed = [slot for slot in self._slots if slot.present and slot.reason]
        if not readings:
            raise self._nothing(failed)
        layouts = tuple(reading.series for reading in readings)
        if len(layouts) != len(self._layouts) or any(a is not b for a, b in zip(layouts, self._layouts, strict=True)):
            self._layouts = layouts
            self._series = tuple(of for layout in layouts for of in layout)
        missing = [one for reading in readings for one in reading.missing]
        missing += [Missing(f"{self.family} {slot.part.vendor}", slot.reason) for slot in failed if not slot.absent]
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        if self.users is not None and self.users.wanted:
            self.users.put(self.processes(), self._only_of())
        return Reading(self._series, [value for reading in readings for value in reading.values], self._missing)

    def processes(self) -> list[GpuProcess]:
        """Who uses which GPU now, of the vendors that answer. On the thread of `read`, never beside it."""
        found: list[GpuProcess] = []
        for slot in self._slots:
            if slot.present and not slot.reason:
                try:
                    found += slot.part.processes()
                except (CollectorFailed, CollectorUnavailable, OSError) as error:
                    self._fail(slot, error)
        return found

    def _only_of(self) -> str:
        if not any(slot.present and slot.part.denied for slot in self._slots):
            return ""
        from sysmon.collectors.processes_linux_entry import user_name

        return user_name(os.geteuid())

    def close(self) -> None:
        for slot in self._slots:
            slot.part.close()

    def _look(self) -> list[_Slot]:
        now = self._clock()
        for slot in self._slots:
            if now - slot.looked >= LOOK:
                slot.looked = now
                slot.present = slot.part.present()
        return [slot for slot in self._slots if slot.present]

    def _read(self, slot: _Slot) -> Reading | None:
        try:
            reading = slot.part.read()
        except (CollectorFailed, CollectorUnavailable, OSError) as error:
            self._fail(slot, error)
            return None
        slot.reason, slot.wait = "", FIRST_RETRY
        return reading

    def _fail(self, slot: _Slot, error: Exception) -> None:
        slot.reason = reason_of(error) if isinstance(error, OSError) else str(error)
        slot.absent = isinstance(error, CollectorUnavailable)
        slot.retry_at = self._clock() + slot.wait
        slot.wait = min(2.0 * slot.wait, LONGEST_RETRY)

    def _nothing(self, failed: list[_Slot]) -> CollectorFailed | CollectorUnavailable:
        broken = [slot for slot in failed if not slot.absent]
        if broken:
            return CollectorFailed("; ".join(f"{slot.part.vendor}: {slot.reason}" for slot in broken))
        looked = "; ".join(slot.part.looked_for for slot in self._slots)
        said = "".join(f" ({slot.part.vendor}: {slot.reason})" for slot in failed)
        return CollectorUnavailable(f"no GPU was found that can be read. Looked for: {looked}{said}")
