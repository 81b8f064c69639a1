"""One figure of several machines over one time axis. Knows no pixels.

Shown are the machines that the user picked, or else the first live ones in the order of the page. A machine keeps its
hue for as long as it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sysmon.model.machine import Machine
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.measures import Measure
from sysmon.viewmodels.plot import Line, PlotView, TimeScope
from sysmon.viewmodels.readings import NO_DATA, Readings, highest, joined, last, spoken
from sysmon.viewmodels.scale import AxisScale

HUES: Final = tuple(f"series-{number}" for number in range(1, 9))
"""Tokens of lines that stand for machines: eight that can be told apart, also by people who do not see all colours."""
USUAL: Final = 6
"""Machines that are shown where nobody picked any."""
_NEAR: Final = 2 * USUAL
_MANY: Final = 50
_SPEECH: Final = 5.0
"""Seconds for which the spoken summary stays as it is."""


class Compare:
    """Makes the plot."""

    def __init__(self, query: Query, units: Units) -> None:
        self._query, self._units = query, units
        self._readings: dict[str, Readings] = {}
        self._hues: dict[str, str] = {}
        self._scales: dict[str, AxisScale] = {}
        self._said: tuple[tuple[object, ...], float, str] = ((), 0.0, "")
        self.picked: tuple[str, ...] = ()
        """Ids of machines that the user picked, at most as many as there are hues; empty: the first live ones."""

    def pick(self, host: str) -> None:
        """Show ``host`` too, or not any more."""
        if host in self.picked:
            self.picked = tuple(other for other in self.picked if other != host)
        else:
            self.picked = (*self.picked, host)[-len(HUES) :]

    def shown(self, members: Sequence[Member]) -> tuple[Machine, ...]:
        """The machines of ``members`` that are compared."""
        picked = tuple(member.machine for member in members if member.host in self.picked)
        if picked:
            return picked
        live = [member.machine for member in members if member.live]
        # Who is shown stays as long as it is anywhere near the front: lines that come and go cannot be followed.
        before = [machine for machine in live[:_NEAR] if machine.host in self._hues]
        stay = {machine.host for machine in before}
        others = [machine for machine in live[: USUAL + _NEAR] if machine.host not in stay]
        kept = {machine.host for machine in (*before, *others)[:USUAL]}
        return tuple(machine for machine in live if machine.host in kept)

    def stage(self, machines: Sequence[Machine]) -> tuple[object, ...]:
        """Something else than before when there is more to draw of ``machines`` than time alone brings.

        That is: the past of one was filled in, or many rows came at once, as when a machine is met.
        """
        query = self._query
        return tuple((query.filled(m.host).count, query.version(m.host) // _MANY) for m in machines)

    def view(self, machines: Sequence[Machine], measure: Measure, scope: TimeScope, width: int) -> PlotView:
        """``measure`` of ``machines`` over ``scope`` in ``width`` columns."""
        self._assign(machines)
        write = measure.write(self._units)
        lines: list[Line] = []
        windows: list[Window] = []
        reasons: list[str] = []
        for machine in machines:
            readings = self._of(machine.host)
            readings.look(scope, width)
            window = measure.line(readings)
            windows.append(window)
            if not window.times:
                reasons.append(f"{machine.name}: {readings.why(*measure.why)}")
            hue = self._hues[machine.host]
            text = write(last(window))
            lines.append(Line(machine.name, hue, window.times, window.values, text, area=False))
        top = measure.top if measure.top == measure.top else self._top(measure, windows, scope)
        drawn = any(line.times for line in lines)
        missing = None if drawn else joined(*reasons[:3]) or NO_DATA
        return PlotView(scope, tuple(lines), top, write, self._spoken(measure, scope, lines, missing), missing=missing)

    def _spoken(self, measure: Measure, scope: TimeScope, lines: list[Line], missing: str | None) -> str:
        name = f"{measure.title} of {len(lines)} machines"
        key = (name, round(scope.end - scope.start), missing)
        kept, moment, text = self._said
        if key != kept or not 0.0 <= scope.end - moment < _SPEECH:
            text = f"{name}: {missing}." if missing else spoken(name, scope, lines, measure.write(self._units))
            self._said = (key, scope.end, text)
        return text

    def _of(self, host: str) -> Readings:
        found = self._readings.get(host)
        if found is None:
            found = self._readings[host] = Readings(self._query, host, self._units)
        return found

    def _assign(self, machines: Sequence[Machine]) -> None:
        """Give each of ``machines`` a hue that no other has, and take those of machines that are not shown."""
        hosts = [machine.host for machine in machines]
        for gone in self._hues.keys() - set(hosts):
            del self._hues[gone]
            self._readings.pop(gone, None)
        free = [hue for hue in HUES if hue not in self._hues.values()]
        for host in hosts:
            if host not in self._hues:
                self._hues[host] = free.pop(0) if free else HUES[-1]

    def _top(self, measure: Measure, windows: Sequence[Window], scope: TimeScope) -> float:
        scale = self._scales.get(measure.key)
        if scale is None:
            scale = self._scales[measure.key] = AxisScale(measure.least, measure.base)
        greatest = highest([highest(window.values) for window in windows])
        return scale.top(greatest, scope.end - scope.start, scope.end)
