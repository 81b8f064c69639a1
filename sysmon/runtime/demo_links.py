"""Links that do not exist, for a demo: each has a past, goes on by itself, and says what a real one would.

Everything follows from the time that is handed in, so the same moments give the same links. Knows no clock, no
socket and no screen.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkCounts, LinkReport, LinkStep

_STEPS = 1000
_TRIPS = 300
_WAITS = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0)
"""Seconds between tries, the last one for ever."""
_TRY = 0.8
"""Seconds until a try has failed."""
_ARRIVAL = (
    (LinkState.RESOLVING, 0.0),
    (LinkState.CONNECTING, 0.1),
    (LinkState.SECURING, 0.3),
    (LinkState.GREETING, 0.5),
    (LinkState.SYNCING, 0.6),
    (LinkState.LIVE, 1.6),
)
"""How a link comes up, and after how many seconds."""
_OPEN = (LinkState.LIVE, LinkState.STALE, LinkState.SYNCING)
_FILL_RATE = 7.0
"""Ticks that are filled in each second."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured on a link while it is open."""

    round_trip: float = 0.009
    clock_offset: float = 0.0
    bytes_in: float = 60.0
    """Bytes per second."""
    bytes_out: float = 12.0
    bytes_per_sample: float = 0.35
    slowed: float = math.nan
    in_flight: int = 0


class DemoLink:
    """One link. `advance` lets time pass; the rest says how it is at the time of the last `advance`."""

    def __init__(
        self, peer: str, name: str, address: str, began: float, figures: Figures, *, dialled: bool = True
    ) -> None:
        """Live since ``began`` (seconds since 1970)."""
        self.link = f"{peer}/{'out' if dialled else 'in'}"
        self.peer, self.name, self.address, self.dialled = peer, name, address, dialled
        self.figures = figures
        self.state, self.since = LinkState.LIVE, began
        self.reason: Reason | None = None
        self.text = ""
        self.tries = 0
        self.next_try = math.nan
        self.missing = 0.0
        self.counts = LinkCounts(connections=1)
        self.watching = not dialled
        self.steps: deque[LinkStep] = deque(maxlen=_STEPS)
        self.trips: deque[tuple[float, float]] = deque(maxlen=_TRIPS)
        self._plan: deque[tuple[float, LinkState]] = deque()
        self._now = began

    # --- what happens -------------------------------------------------------------------------------

    def step(
        self, moment: float, after: LinkState, reason: Reason | None = None, text: str = "", wait: float = math.nan
    ) -> None:
        """Go to ``after`` at ``moment``."""
        before, self.state = self.state, after
        if after is not before:
            self.since = moment
        self.reason, self.text = reason, text
        self.next_try = moment + wait
        if after is LinkState.LIVE:
            self.tries = 0
        self.steps.append(
            LinkStep(
                self.link, self.peer, self.name, self.dialled, moment, before, after, reason, text, self.tries, wait
            )
        )

    def fall_silent(self, moment: float, seconds: float) -> None:
        """No data for ``seconds``, then on."""
        self.step(moment, LinkState.STALE, Reason.SILENT)
        self.step(moment + seconds, LinkState.LIVE, text=f"no data for {seconds:.1f} s")

    def lose(self, moment: float, reason: Reason, wait: float = 1.0) -> None:
        """The connection ends; the next try comes after ``wait`` seconds."""
        self.tries += 1
        self._plan.clear()
        self.step(moment, LinkState.BACKOFF, reason, wait=wait)

    def fail(self, moment: float, reason: Reason) -> None:
        """A try that began at ``moment`` leads to nothing."""
        self.step(moment, LinkState.CONNECTING)
        self.tries += 1
        wait = _WAITS[min(self.tries, len(_WAITS)) - 1]
        self.step(moment + _TRY, LinkState.BACKOFF, reason, wait=wait)

    def come_up(self, moment: float) -> None:
        """A connection is made, step by step from ``moment`` on."""
        self._plan = deque((moment + after, state) for state, after in _ARRIVAL)

    def refuse(self, moment: float, reason: Reason) -> None:
        """The other side may not be let in, or does not let us in."""
        self._plan.clear()
        self.step(moment, LinkState.REFUSED, reason)

    def lack(self, ticks: float) -> None:
        """So many ticks have to be filled in."""
        self.missing += ticks
        counts = self.counts
        self.counts = _added(counts, gaps=1)

    def advance(self, now: float) -> None:
        """Let everything happen that is due until ``now``."""
        while self._plan and self._plan[0][0] <= now:
            moment, state = self._plan.popleft()
            self.step(moment, state)
            if state is LinkState.LIVE:
                self.counts = _added(self.counts, connections=1)
        while self.state is LinkState.BACKOFF and self.next_try + _TRY <= now and not self._plan:
            self.fail(self.next_try, self.reason or Reason.NOBODY_LISTENS)
        if self.state is LinkState.BACKOFF and self.next_try <= now and not self._plan:
            return  # the try is under way: it is told when it has failed
        self._count(now)

    def _count(self, now: float) -> None:
        passed, self._now = max(0.0, now - self._now), max(now, self._now)
        if self.state not in _OPEN or not passed:
            return
        figures, rate = self.figures, 1.0 / self.figures.slowed if self.figures.slowed > 0 else 1.0
        filled = min(self.missing, _FILL_RATE * passed)
        self.missing -= filled
        ticks = int(rate * passed) if self.dialled else 0
        self.counts = _added(
            self.counts,
            bytes_in=int(self.bytes_in_rate(now) * passed),
            bytes_out=int(figures.bytes_out * passed),
            ticks_in=ticks,
            ticks_out=int(passed) if self.watching else 0,
            samples_in=int(figures.bytes_in / figures.bytes_per_sample * passed) if self.dialled else 0,
            filled=round(filled),
        )
        first = max(now - _TRIPS, now - passed)
        moment = math.floor(first) + 1.0
        while moment <= now:
            self.trips.append((moment, self.round_trip(moment)))
            moment += 1.0

    # --- what is ------------------------------------------------------------------------------------

    def round_trip(self, moment: float) -> float:
        """Seconds, wandering a little around the mean."""
        noise = math.sin(moment * 12.9898) * math.sin(moment * 0.37 + len(self.name))
        dip = 0.5 if self.figures.slowed > 0 and int(moment) % 47 < 6 else 1.0
        return self.figures.round_trip * dip * (1.0 + 0.09 * noise)

    def bytes_in_rate(self, now: float) -> float:
        """Bytes a second that come in; back-fill takes its share while there is something to fill."""
        calm = 1.0 + 0.06 * math.sin(now / 9.0 + len(self.peer))
        return self.figures.bytes_in * calm + (18e3 if self.missing >= 1.0 else 0.0)

    def report(self) -> LinkReport:
        """The link at the time of the last `advance`."""
        figures, now, live = self.figures, self._now, self.state in _OPEN
        comes = live and self.dialled
        unknown = math.nan
        return LinkReport(
            self.link, self.peer, self.name, self.dialled, self.state, self.since, self.address, self.reason, self.text,
            self.tries, self.next_try,
            round_trip=self.round_trip(math.floor(now)) if live else unknown,
            clock_offset=figures.clock_offset if live else unknown,
            bytes_in_rate=self.bytes_in_rate(now) if live else unknown,
            bytes_out_rate=figures.bytes_out if live else unknown,
            tick_rate=(1.0 / figures.slowed if figures.slowed > 0 else 1.0) if comes else unknown,
            bytes_per_sample=figures.bytes_per_sample if comes else unknown,
            missing=math.ceil(self.missing),
            in_flight=figures.in_flight if live else 0,
            slowed=figures.slowed if live else unknown,
            hosts=(self.peer,) if self.dialled else (),
            watching=self.watching,
            counts=self.counts,
            program="sysmon (demo)",
        )  # fmt: skip


def _added(counts: LinkCounts, **more: int) -> LinkCounts:
    totals: dict[str, int] = {name: getattr(counts, name) + value for name, value in more.items()}
    return replace(counts, **totals)
