"""GPUs: card, load by task, memory, power, clocks. Knows no pixels."""

from __future__ import annotations

import re

from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series
from sysmon.pipeline.query import Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import CardView, Line, PlotView
from sysmon.viewmodels.readings import Readings, at_most_one, attribute, highest, joined, last

FAMILY = "gpu"

_TASKS = {
    "general": "3D",
    "render": "3D",
    "encoder": "Encode",
    "decoder": "Decode",
    "video": "Video",
    "memory": "Memory bus",
    "copy": "Copy",
    "compute": "Compute",
}
_ORDER = ("general", "render", "compute", "video", "decoder", "encoder", "copy", "memory")
_MAKERS = re.compile(r"^(NVIDIA|AMD|Intel|Advanced Micro Devices, Inc\.)(\(R\))?\s+|\b(GeForce|Radeon)\s+")


class Gpus:
    """What of GPUs several pages show."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def devices(self) -> list[tuple[str, str]]:
        """Id and name of each GPU, in the order of the system."""
        found: dict[str, str] = {}
        for metric in (names.GPU_UTILIZATION, names.GPU_ENGINE_TIME, names.GPU_MEMORY_USAGE, names.GPU_TEMPERATURE):
            for s in self._readings.select(metric):
                found.setdefault(attribute(s, "id") or "", attribute(s, "name") or "")
        return list(found.items())

    def missing(self) -> str:
        """Why there is nothing to show."""
        return self._readings.why(FAMILY, names.GPU_UTILIZATION, names.GPU_ENGINE_TIME)

    def card(self) -> CardView:
        """The card of the overview: the busiest GPU."""
        devices = self.devices()
        if not devices:
            return CardView("GPU", "gpu", fmt.UNKNOWN, "", None, f"No GPU: {self.missing()}")
        device, name = max(devices, key=lambda each: _or_nothing(self.load(each[0])))
        figure = fmt.percent(self.load(device))
        reason = None
        if figure == fmt.UNKNOWN:
            reason = self._readings.why(names.GPU_UTILIZATION, names.GPU_ENGINE_TIME, FAMILY)
        others = len(devices) - 1
        context = joined(short_name(name), self._context(device), f"{others} more" if others else "")
        return CardView("GPU", "gpu", figure, context, self.plot(device), reason)

    def _context(self, device: str) -> str:
        units = self._readings.units
        used, limit = self.value(names.GPU_MEMORY_USAGE, device), self.value(names.GPU_MEMORY_LIMIT, device)
        power, temperature = self.value(names.GPU_POWER, device), self.value(names.GPU_TEMPERATURE, device)
        return joined(
            units.size_of(used, limit) if used == used and limit == limit else "",
            fmt.watts(power) if power == power else "",
            units.temperature(temperature) if temperature == temperature else "",
        )

    def value(self, metric: MetricSpec, device: str, **wanted: str) -> float:
        """Value of ``metric`` of one GPU."""
        return self._readings.value(metric, id=device, **wanted)

    def tasks(self, device: str) -> list[tuple[str, Series]]:
        """Task and series of each part of the GPU whose load is known, the general one first."""
        found = [
            (attribute(s, "task") or "", s)
            for metric in (names.GPU_UTILIZATION, names.GPU_ENGINE_TIME)
            for s in self._readings.select(metric, id=device)
        ]
        return sorted(found, key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER))

    def load(self, device: str) -> float:
        """Busy share of the GPU; where only its engines are known, of the busiest."""
        whole = self.value(names.GPU_UTILIZATION, device, task="general")
        if whole == whole:
            return whole
        shares = [self._readings.now(s) for _, s in self.tasks(device)]
        return at_most_one(highest(shares))

    def plot(self, device: str) -> PlotView:
        """Busy share by task; the first filled, the others dashed."""
        readings = self._readings
        lines: list[Line] = []
        for task, s in self.tasks(device):
            window = readings.line(f"gpu {s.key}", (s,))
            if lines and not highest(window.values) > 0.0:
                continue  # parts that never worked in this span are not worth a line
            lines.append(_line(task, window, first=not lines))
        missing = readings.why(names.GPU_UTILIZATION, names.GPU_ENGINE_TIME, FAMILY)
        return readings.plot("GPU", lines, 1.0, fmt.percent, missing=missing)


def _line(task: str, window: Window, *, first: bool) -> Line:
    text = fmt.percent(last(window))
    name = _TASKS.get(task, task.capitalize())
    return Line(name, "gpu", window.times, window.values, text, dashed=not first, area=first, faint=not first)


def short_name(name: str) -> str:
    """The name of a GPU without its maker and brand: "RTX 4080"."""
    return _MAKERS.sub("", _MAKERS.sub("", name)) or name


def _or_nothing(value: float) -> float:
    return value if value == value else -1.0
