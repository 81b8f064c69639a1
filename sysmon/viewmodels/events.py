"""What happened on a host, newest first, as rows. Knows no pixels."""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.events import Mark, MarkKind
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.link_words import capital
from sysmon.viewmodels.readings import Readings

_STATES = {
    MarkKind.STARTED: ("ok", "started"),
    MarkKind.ASLEEP: ("offline", "asleep"),
    MarkKind.CLOCK: ("warning", "clock set"),
    MarkKind.SKIPPED: ("warning", "not sampled"),
    MarkKind.PAUSED: ("offline", "paused"),
    MarkKind.USER: ("accent", "marked"),
    MarkKind.FAMILY_OFF: ("warning", "off"),
    MarkKind.FAMILY_ON: ("ok", "on"),
}


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. ``hue`` is a token for the dot, ``state`` the word beside it."""

    hue: str
    state: str
    host: str
    text: str
    ago: str
    exact: str
    """Local date and time, for the tool tip."""


class Events:
    """The events of a host."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def rows(self, count: int | None = None, host_name: str = "") -> tuple[EventRow, ...]:
        """At most ``count`` rows, newest first. ``host_name`` is how the host is called on the screen."""
        marks = self._readings.query.marks(self._readings.host)
        now = self._readings.query.newest(self._readings.host)
        newest = sorted(marks, key=lambda mark: mark.time, reverse=True)[:count]
        return tuple(_row(mark, now, host_name or mark.host) for mark in newest)


def _row(mark: Mark, now: float, host: str) -> EventRow:
    hue, state = _STATES[mark.kind]
    return EventRow(hue, state, host, capital(mark.text), fmt.ago(now - mark.time), fmt.exact(mark.time))
