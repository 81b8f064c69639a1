"""One family of metrics as the sampler sees it: its last reading, or why there is none.

A family that throws or has nothing to read is switched off with a reason and tried again later;
what happens is told once, when it changes. Knows no schedule of ticks and no thread.
"""

from __future__ import annotations

import logging
import math
import time
from array import array
from dataclasses import dataclass

from sysmon.collectors.contract import Collector
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Kind, Series
from sysmon.model.sample import Missing, Reading

log = logging.getLogger(__name__)

RETRY_UNAVAILABLE = 60.0
RETRY_FAILED = (5.0, 300.0)
"""First and longest wait after a failure; it doubles between."""
FRESH = 2.5
"""A slow family's gauges are carried for this many of its intervals."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt to read. ``reason`` is None exactly where ``reading`` is not."""

    reading: Reading | None
    reason: str | None
    unavailable: bool
    duration: float
    """Seconds the attempt took."""


def attempt(collector: Collector, known: tuple[Series, ...] = ()) -> Outcome:
    """Read ``collector`` once; whatever goes wrong becomes a reason.

    ``known`` is the layout of the reading before: one that is still the same is not checked again.
    """
    begun = time.perf_counter()
    try:
        reading = collector.read()
        if len(reading.series) != len(reading.values):
            raise ValueError(f"{len(reading.values)} values for {len(reading.series)} series")
        if reading.series is not known and len(set(reading.series)) != len(reading.series):
            raise ValueError("the same series twice")
    except CollectorUnavailable as error:
        return Outcome(None, str(error), True, time.perf_counter() - begun)
    except Exception as error:
        # A collector is the border to kernel, drivers and firmware: no error of it may end the sampler.
        log.debug("reading %s failed", collector.family, exc_info=True)
        reason = str(error) or type(error).__name__
        return Outcome(None, f"reading failed: {reason}", False, time.perf_counter() - begun)
    return Outcome(reading, None, False, time.perf_counter() - begun)


class Family:
    """State of one family. All methods are called on the sampler's thread."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.name = collector.family
        self.interval = collector.pace.interval
        self.limit = collector.pace.limit
        self.series: tuple[Series, ...] = ()
        self.missing: tuple[Missing, ...] = ()
        self.reason: str | None = None
        """Why the family is off, None while it works or was not tried yet."""
        self.duration = math.nan
        self.read_at = -math.inf
        """When the last good reading came (monotonic seconds)."""
        self.due = -math.inf
        """When to read next (monotonic seconds)."""
        self._values: array[float] = array("d")
        self._carried: array[float] = array("d")
        self._fresh = False
        self._failures = 0

    @property
    def working(self) -> bool:
        return self.reason is None and self.read_at > -math.inf

    def take(self, outcome: Outcome, now: float) -> bool:
        """Take the ``outcome`` of an attempt; True where something happened that a user would call an event.

        That a machine never had what the family reads is none: it is a fact, told in the catalog.
        """
        before = self.reason
        self.duration = outcome.duration
        if outcome.reading is None:
            assert outcome.reason is not None
            return self.switch_off(outcome.reason, now, outcome.unavailable)
        self._accept(outcome.reading)
        self.read_at = now
        self.due = now + self.interval
        self.reason = None
        self._failures = 0
        if before is not None:
            log.info("%s can be read again", self.name)
        return before is not None

    def _accept(self, reading: Reading) -> None:
        self._values = array("d", reading.values)
        self._fresh = True
        if self.interval:
            # Between two readings a counter has no value: repeating it would draw 0 and then a spike.
            self._carried = array(
                "d",
                [
                    math.nan if series.metric.kind is Kind.COUNTER else value
                    for series, value in zip(reading.series, reading.values, strict=True)
                ],
            )
        self.series = reading.series
        self.missing = reading.missing

    def switch_off(self, reason: str, now: float, unavailable: bool) -> bool:
        """No values until a later attempt works; True where it worked until now, or fails in a new way."""
        first, longest = RETRY_FAILED
        self.due = now + (RETRY_UNAVAILABLE if unavailable else min(longest, first * 2.0**self._failures))
        self._failures = min(self._failures + 1, 16)
        worked = self.working
        news = reason != self.reason
        if news:
            level = logging.INFO if unavailable else logging.WARNING
            log.log(level, "%s is off: %s", self.name, reason)
        self.reason = reason
        self.series, self.missing = (), (Missing(self.name, reason),)
        self._values = self._carried = array("d")
        return news and (worked or not unavailable)

    def values(self, now: float) -> array[float]:
        """Values for the batch at ``now``, in the order of ``series``."""
        if self._fresh or not self.interval:
            self._fresh = False
            return self._values
        if now - self.read_at > max(self.interval * FRESH, self.interval + self.limit):
            return array("d", (math.nan,)) * len(self._values)
        return self._carried
