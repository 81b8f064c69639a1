"""The page of GPUs: load by task, memory, power, temperature, clocks. Knows no pixels."""

from __future__ import annotations

from collections.abc import Callable

from sysmon.model import names
from sysmon.model.metric import MetricSpec
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.device import Choice, DeviceView, chosen_of
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.gpu import FAMILY, Gpus, short_name
from sysmon.viewmodels.plot import CardView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, last


class GpuModel:
    """Makes the page of the GPUs of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._gpus = Gpus(self.readings)

    def view(self, scope: TimeScope, width: int, choice: str = "") -> DeviceView:
        """The page over ``scope``, its large plot ``width`` pixels wide and of the GPU with id ``choice``."""
        readings, gpus = self.readings, self._gpus
        readings.look(scope, width)
        devices = dict(gpus.devices())
        choices = [Choice(device, short_name(name)) for device, name in devices.items()]
        chosen = chosen_of(choices, choice)
        if not devices:
            return DeviceView((), "", CardView("GPU", "gpu", fmt.UNKNOWN, "", None, gpus.missing()), (), ())
        load = fmt.percent(gpus.load(chosen))
        reason = readings.why(names.GPU_UTILIZATION, names.GPU_ENGINE_TIME) if load == fmt.UNKNOWN else None
        card = CardView("GPU", "gpu", load, devices[chosen], gpus.plot(chosen), reason)
        offered = tuple(choices) if len(choices) > 1 else ()
        return DeviceView(offered, chosen, card, self._facts(chosen), self._small(chosen))

    def _facts(self, device: str) -> tuple[FactView, ...]:
        readings, gpus, units = self.readings, self._gpus, self.readings.units

        def fact(
            label: str, metric: MetricSpec, write: Callable[[float], str], note: str = "", **wanted: str
        ) -> FactView:
            return readings.fact(label, write(gpus.value(metric, device, **wanted)), note, metric, FAMILY)

        limit = gpus.value(names.GPU_MEMORY_LIMIT, device)
        power = gpus.value(names.GPU_POWER_LIMIT, device)
        tasks = [
            readings.fact(f"{task.capitalize()} load", fmt.percent(readings.now(s)), "", s.key, FAMILY)
            for task, s in gpus.tasks(device)
            if task not in ("general", "render")
        ]
        return (
            fact("Memory", names.GPU_MEMORY_USAGE, units.size, f"of {units.limit(limit)}" if limit == limit else ""),
            fact("Power", names.GPU_POWER, fmt.watts, f"of {fmt.watts(power)}" if power == power else ""),
            fact("Temperature", names.GPU_TEMPERATURE, units.temperature),
            fact("Clock", names.GPU_CLOCK, fmt.hertz, "graphics", clock="graphics"),
            fact("Memory clock", names.GPU_CLOCK, fmt.hertz, clock="memory"),
            fact("Fan", names.GPU_FAN, fmt.percent),
            *tasks,
        )

    def _small(self, device: str) -> tuple[CardView, ...]:
        units, gpus = self.readings.units, self._gpus
        return (
            self._plot(
                "Memory", names.GPU_MEMORY_USAGE, device, units.size, gpus.value(names.GPU_MEMORY_LIMIT, device)
            ),
            self._plot("Power", names.GPU_POWER, device, fmt.watts, gpus.value(names.GPU_POWER_LIMIT, device)),
            self._plot("Temperature", names.GPU_TEMPERATURE, device, units.temperature, 100.0),
        )

    def _plot(
        self, title: str, metric: MetricSpec, device: str, write: Callable[[float], str], limit: float
    ) -> CardView:
        readings = self.readings
        key = f"gpu {title} {device}"
        window = readings.line(key, readings.select(metric, id=device))
        figure = write(last(window))
        top = limit if limit > 0 else readings.top(key, (window,), 1.0, 2 if metric.unit == "By" else 10)
        hue = "temperature" if metric is names.GPU_TEMPERATURE else "gpu"
        line = Line(title, hue, window.times, window.values, figure)
        missing = readings.why(metric, FAMILY)
        plot = readings.plot(f"GPU {title.lower()}", (line,), top, write, missing=missing)
        context = f"of {fmt.trimmed(write(limit))}" if limit > 0 and metric is not names.GPU_TEMPERATURE else ""
        return CardView(title, hue, figure, context, plot, missing if figure == fmt.UNKNOWN else None)
