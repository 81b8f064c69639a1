"""To which of several hubs this machine publishes: the less loaded of two that were picked at random, another at once when it fails.

Two random choices spread thousands of agents nearly as evenly as asking all hubs would (M. Mitzenmacher, "The Power of
Two Choices in Randomized Load Balancing", 2001). Knows no link and no clock: it is told what happens, and says which
hubs to be connected to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final

TRIAL: Final = 3.0
"""Seconds in which a hub that is tried must greet."""
AVOIDED: Final = 30.0
"""Seconds for which a hub that failed is not tried while there are others."""
BETTER: Final = 0.2
"""By how much less loaded another hub must be to change to it."""
LOOK_AGAIN: Final = (300.0, 900.0)
"""Seconds until another hub is looked at, drawn from this range."""
_TRIED_AT_ONCE: Final = 2
_UNKNOWN: Final = 0.5


class HubChoice:
    """Feed it what happens; `wanted` are the hubs to be connected to. Times are monotonic seconds."""

    def __init__(self, uniform: Callable[[float, float], float], shuffle: Callable[[list[str]], object]) -> None:
        """As `random.uniform` and `random.shuffle`."""
        self._uniform = uniform
        self._shuffle = shuffle
        self._hubs: set[str] = set()
        self._bad: dict[str, float] = {}
        """By hub that failed, until when it is avoided."""
        self._loads: dict[str, float] = {}
        """By hub that is connected, what it said when it greeted."""
        self._trial: set[str] = set()
        self.current: str | None = None
        """The hub that this machine publishes to."""
        self.deadline = math.inf
        """When `wake` has something to do."""

    @property
    def wanted(self) -> set[str]:
        """All hubs to be connected to: the current one and those that are tried."""
        return self._trial if self.current is None else {*self._trial, self.current}

    def set_hubs(self, hubs: Iterable[str], now: float) -> None:
        """These are the hubs that there are."""
        self._hubs = set(hubs)
        self._trial &= self._hubs
        for gone in [hub for hub in self._loads if hub not in self._hubs]:
            del self._loads[gone]
        if self.current not in self._hubs:
            self.current = None
        if self.current is None and not self._trial:
            self._try(now, ())

    def greeted(self, hub: str, load: float | None, now: float) -> None:
        """``hub`` is connected, and said how loaded it is: 0.0 to 1.0."""
        if hub not in self._hubs:
            return
        self._bad.pop(hub, None)
        self._loads[hub] = load if load is not None and 0.0 <= load <= 1.0 else _UNKNOWN
        if self._trial and self._trial <= self._loads.keys():
            self._settle(now)

    def failed(self, hub: str, now: float) -> None:
        """``hub`` is not connected any more, or could not be."""
        if hub not in self._hubs:
            return
        self._loads.pop(hub, None)
        self._bad[hub] = now + AVOIDED
        if hub == self.current:
            self.current = None
            self._trial.clear()
        if self.current is None:
            self._try(now, [other for other in self._trial if self._good(other, now)])
        else:
            self._trial.discard(hub)
            if not self._trial:
                self._rest(now)

    def move(self, hub: str, to: Iterable[str], now: float) -> bool:
        """``hub`` asks to go to one of ``to``; whether there is one of them that is known here."""
        others = [other for other in to if other in self._hubs and other != hub]
        if not others:
            return False
        self._bad[hub] = now + AVOIDED
        self._loads.pop(hub, None)
        if hub == self.current:
            self.current = None
        self._shuffle(others)
        self._trial = set(others[:_TRIED_AT_ONCE])
        self.deadline = now + TRIAL
        return True

    def wake(self, now: float) -> None:
        """Time has come to ``now``."""
        if now < self.deadline:
            return
        if not self._trial:
            self._try(now, () if self.current is None else (self.current,))
        elif self._trial & self._loads.keys():
            self._settle(now)
        else:
            for hub in self._trial:
                self._bad[hub] = now + AVOIDED
            self._try(now, ())

    def _try(self, now: float, kept: Iterable[str]) -> None:
        """Connect to two hubs, ``kept`` among them; to all of them where every one failed: each has its own pause."""
        trial = set(kept)
        good = [hub for hub in sorted(self._hubs - trial) if self._good(hub, now)]
        self._shuffle(good)
        trial.update(good[: _TRIED_AT_ONCE - len(trial)])
        if not trial:
            self._trial = set(self._hubs)
            self.deadline = min(self._bad.values(), default=math.inf) if self._hubs else math.inf
            return
        self._trial = trial
        self.deadline = now + TRIAL
        if trial <= self._loads.keys():
            self._settle(now)

    def _good(self, hub: str, now: float) -> bool:
        return self._bad.get(hub, -math.inf) <= now

    def _settle(self, now: float) -> None:
        """Stay with the best of those that are connected."""
        here = [hub for hub in {*self._trial, self.current} if hub in self._loads]
        best = min(here, key=lambda hub: (self._loads[hub], hub))
        current = self.current
        if current is None or current not in self._loads or self._loads[current] - self._loads[best] > BETTER:
            self.current = best
        for hub in here:
            if hub != self.current:
                del self._loads[hub]
        self._rest(now)

    def _rest(self, now: float) -> None:
        self._trial = set()
        self.deadline = now + self._uniform(*LOOK_AGAIN) if len(self._hubs) > 1 else math.inf
