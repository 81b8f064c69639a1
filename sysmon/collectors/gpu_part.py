"""What the reader of one GPU vendor is, and what all of them share: cards, names, sleep.

Facts: https://docs.kernel.org/power/runtime_pm.html, https://docs.kernel.org/gpu/drm-uapi.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from sysmon.collectors.hwmon import RuntimePower
from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import SysFile, clean_label
from sysmon.model import names
from sysmon.model.sample import Reading


class GpuProcess(NamedTuple):
    """What one process uses of one GPU. NaN where the driver does not tell."""

    pid: int
    gpu: str
    """The value of ``hw.id`` of the GPU."""
    memory: float
    """Bytes."""
    utilization: float
    """Share of the GPU in the last moments, 0 to 1 (NVIDIA)."""
    engine_time: float
    """Seconds on the engines of the GPU so far: a counter (AMD, Intel)."""


class GpuPart(Protocol):
    """The GPUs of one vendor. Used by one thread at a time."""

    @property
    def vendor(self) -> str: ...

    @property
    def looked_for(self) -> str:
        """What `present` looks for, in words for the user."""
        ...

    @property
    def denied(self) -> bool:
        """Whether `processes` saw our own ones only, because we may not look into others."""
        ...

    def present(self) -> bool:
        """Whether this machine may have such a GPU. Cheap, wakes nothing."""
        ...

    def read(self) -> Reading:
        """All its figures. Raises CollectorUnavailable, CollectorFailed or OSError."""
        ...

    def processes(self) -> list[GpuProcess]:
        """Who uses its GPUs; empty where that is not told. Raises as `read`."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Card:
    """One graphics card of ``/sys/class/drm``."""

    folder: Path
    device: Path
    driver: str
    address: str
    """PCI address (``0000:03:00.0``): the value of ``hw.id``."""
    title: str

    def drives_screen(self) -> bool:
        """Whether a screen is plugged into it: such a card never sleeps."""
        connectors = (name for name in entries(self.folder.parent) if name.startswith(f"{self.folder.name}-"))
        return any(attribute(self.folder.parent / name / "status") == "connected" for name in connectors)


def subject(address: str) -> str:
    """What a `Missing` about a whole GPU is about."""
    return f"{names.GPU_UTILIZATION.name}{{{names.HW_ID}={address}}}"


_CARD = re.compile(r"card\d{1,3}")

PCI_NAMES: Final = (Path("/usr/share/hwdata/pci.ids"), Path("/usr/share/misc/pci.ids"))
"""Where distributions keep the list of PCI ids (pci.ids(5))."""


def find_cards(sys: Path, drivers: frozenset[str], name_lists: tuple[Path, ...] = PCI_NAMES) -> list[Card]:
    """The cards of these kernel drivers."""
    found: list[Card] = []
    for name in entries(sys / "class/drm"):
        device = sys / "class/drm" / name / "device"
        if _CARD.fullmatch(name) and (driver := (device / "driver").resolve().name) in drivers:
            address = clean_label(device.resolve().name)
            found.append(Card(sys / "class/drm" / name, device, driver, address, _title(device, driver, name_lists)))
    return found


def _title(device: Path, driver: str, name_lists: tuple[Path, ...]) -> str:
    if said := clean_label(attribute(device / "product_name") or ""):
        return said
    vendor, model = attribute(device / "vendor") or "", attribute(device / "device") or ""
    for path in name_lists:
        if found := pci_name(path, vendor.removeprefix("0x").lower(), model.removeprefix("0x").lower()):
            return clean_label(found)
    return clean_label(f"{driver} GPU {vendor.removeprefix('0x')}:{model.removeprefix('0x')}")


@lru_cache(maxsize=64)
def pci_name(path: Path, vendor: str, model: str) -> str:
    """The name of a PCI device from a list in the form of pci.ids; empty where it is not there.

    Remembered: the list has forty thousand lines. A name with a marketing name in brackets, ``Navi 21 [Radeon RX 6800]``, gives the latter.
    """
    inside = False
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if not line.startswith(("\t", "#")):
                    if inside:
                        return ""
                    inside = bool(vendor) and line.startswith(f"{vendor} ")
                elif inside and model and line.startswith(f"\t{model} "):
                    name = line[len(model) + 1 :].strip()
                    bracketed = re.fullmatch(r".*\[(.+)\]", name)
                    return bracketed.group(1) if bracketed else name
    except OSError:
        pass
    return ""


IDLE_BEFORE_REST: Final = 20.0
REST: Final = 15.0
PATIENCE: Final = 600.0


class Sleep:
    """Lets a GPU fall asleep, and never wakes it.

    Asking a driver counts as use and restarts its timer of a few seconds, so a GPU that is polled
    never sleeps. One that may sleep (runtime power management on, no screen) and has been idle for
    `IDLE_BEFORE_REST` is therefore left alone for `REST` seconds; if something else kept it awake,
    the next try comes only after `PATIENCE` seconds.
    """

    __slots__ = ("_clock", "_control", "_idle_since", "_rest_until", "_screen", "_status", "_wait")

    def __init__(self, device: Path, screen: Callable[[], bool], clock: Callable[[], float]) -> None:
        self._status = RuntimePower(SysFile(device / "power/runtime_status"))
        self._control = device / "power/control"
        self._screen = screen
        self._clock = clock
        self._idle_since: float | None = None
        self._rest_until = 0.0
        self._wait = IDLE_BEFORE_REST

    def closed(self) -> str | None:
        """Why the GPU must be left alone now, or None."""
        if reason := self._status.closed():
            self._idle_since, self._rest_until, self._wait = None, 0.0, IDLE_BEFORE_REST
            return reason
        return "it is idle and left alone for a while, so that it can fall asleep" if self._resting() else None

    def seen(self, *, busy: bool) -> None:
        """Tell what the last reading showed."""
        now = self._clock()
        if busy:
            self._idle_since, self._wait = None, IDLE_BEFORE_REST
        elif self._idle_since is None:
            self._idle_since = now
        elif now - self._idle_since >= self._wait:
            self._idle_since, self._wait = None, PATIENCE
            if attribute(self._control) == "auto" and not self._screen():
                self._rest_until = now + REST

    def close(self) -> None:
        self._status.close()

    def _resting(self) -> bool:
        return self._clock() < self._rest_until
