"""Intel GPUs: engine time of programs from fdinfo, clock from sysfs (drivers ``i915`` and ``xe``).

Facts: https://docs.kernel.org/gpu/drm-usage-stats.html; Documentation/ABI/testing/sysfs-driver-intel-xe-hwmon and
the i915 sysfs (``gt_act_freq_mhz`` is the clock now and 0 while the GPU rests, ``gt_cur_freq_mhz`` the one asked for).
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sysmon.collectors.drm_fdinfo import EngineTotals, FdinfoScanner, processes_of
from sysmon.collectors.gpu_part import PCI_NAMES, Card, GpuProcess, Sleep, find_cards, subject
from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import NO_NUMBER, SysFile, clean_label, reason_of
from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_DRIVERS: Final = frozenset({"i915", "xe"})

_TASKS: Final = {"rcs": "render", "bcs": "copy", "vcs": "video", "vecs": "video-enhance", "ccs": "compute"}
"""xe names the classes as the hardware does, i915 in words."""

_NO_MEMORY: Final = "the driver tells the memory of programs, not that of the GPU"

_OWN_ONLY: Final = "only programs of this user are counted: those of others need root"


class _IntelCard:
    """One card: its clocks, and whether it may be asked for them."""

    def __init__(self, card: Card, clock: Callable[[], float]) -> None:
        self.card = card
        self.sleep = Sleep(card.device, card.drives_screen, clock)
        self.clocks = [
            (series(names.GPU_CLOCK, card.address, card.title, name), SysFile(path)) for name, path in _clocks(card)
        ]

    def read(self, values: list[float], missing: list[Missing]) -> None:
        """Append one value for each clock, and why those that are NaN are."""
        missing.append(Missing(f"{names.GPU_MEMORY_USAGE.name}{{{names.HW_ID}={self.card.address}}}", _NO_MEMORY))
        reason = self.sleep.closed() if self.clocks else None
        if reason:
            missing.append(Missing(subject(self.card.address), reason))
            values.extend([math.nan] * len(self.clocks))
            return
        for of, file in self.clocks:
            try:
                value, reason = file.number() * 1e6, NO_NUMBER
            except OSError as error:
                value, reason = math.nan, reason_of(error)
            if math.isnan(value):
                missing.append(Missing(of.key, reason))
            values.append(value)

    def close(self) -> None:
        self.sleep.close()
        for _, file in self.clocks:
            file.close()


def _clocks(card: Card) -> list[tuple[str, Path]]:
    """Clock name and file of each part of the card that has one; the first render GT and the media GT."""
    for name in ("gt_act_freq_mhz", "gt_cur_freq_mhz"):
        if (card.folder / name).exists():
            return [("graphics", card.folder / name)]
    found: dict[str, Path] = {}
    for tile in entries(card.device):
        for unit in entries(card.device / tile) if tile.startswith("tile") else ():
            for name in ("act_freq", "cur_freq"):
                path = card.device / tile / unit / "freq0" / name
                if path.exists():
                    found.setdefault("graphics" if unit == "gt0" else "video", path)
                    break
    return list(found.items())


class IntelGpus:
    """All cards of the ``i915`` and ``xe`` drivers."""

    vendor = "Intel"
    looked_for = "a card of the i915 or xe driver in /sys/class/drm"

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
        self._cards: list[_IntelCard] = []
        self._totals = EngineTotals()
        self._engines: dict[Series, float] = {}
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
            self._cards = [_IntelCard(card, self._clock) for card in found]
            self._engines = {}
        return bool(found)

    def read(self) -> Reading:
        """Clocks of each card, then the engines that were seen at work so far: their number only grows."""
        values: list[float] = []
        missing: list[Missing] = []
        for card in self._cards:
            card.read(values, missing)
        titles = {one.card.address: one.card.title for one in self._cards}
        busy: set[str] = set()
        clients = self._scanner.read()
        totals = self._totals.add(clients, self._scanner.take_newcomers(), self._clock())
        for (device, engine), seconds in totals.items():
            if device in titles:
                task = clean_label(_TASKS.get(engine, engine))
                of = series(names.GPU_ENGINE_TIME, device, titles[device], task)
                if self._engines.get(of) != seconds:
                    busy.add(device)
                self._engines[of] = seconds
        for card in self._cards:
            card.sleep.seen(busy=card.card.address in busy)
        if self._scanner.denied and os.geteuid() != 0:
            missing.append(Missing(names.GPU_ENGINE_TIME.name, _OWN_ONLY))
        layout = (*(of for card in self._cards for of, _ in card.clocks), *self._engines)
        if layout != self._series:
            self._series = layout
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, [*values, *self._engines.values()], self._missing)

    def processes(self) -> list[GpuProcess]:
        return processes_of(self._scanner.read(), {one.card.address for one in self._cards})

    def close(self) -> None:
        for card in self._cards:
            card.close()
