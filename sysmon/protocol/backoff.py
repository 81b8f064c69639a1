"""How long to wait before the next try: decorrelated jitter, by the class of the failure.

Each wait is drawn between the class's first wait and three times the wait before, up to a cap
(M. Brooker, "Exponential Backoff And Jitter", 2015). That is quick for two machines, but hundreds that lost
the same hub would all be back within its first two seconds; so a peer says how many it serves, and
its crowd draws from more of the range from the start. Knows no clock: time and chance are given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sysmon.model.link import Retry

WAITS: Final[Mapping[Retry, tuple[float, float]]] = MappingProxyType(
    {
        Retry.NETWORK: (0.5, 15.0),
        Retry.TIMEOUT: (0.5, 30.0),
        Retry.BUSY: (2.0, 60.0),
        Retry.TLS: (5.0, 120.0),
    }
)
"""First and longest wait in seconds."""
HEALTHY_AFTER: Final = 30.0
"""Seconds of data after which a link counts as mended. A link that merely connects does not: a peer that
accepts and hangs up would be dialled without pause."""
LONGEST_HINT: Final = 3600.0
CROWD: Final = 100
"""Links of a peer from which on every wait is drawn from the whole range."""


class Backoff:
    """The waits of one link."""

    def __init__(self, uniform: Callable[[float, float], float]) -> None:
        """``uniform(a, b)`` draws a number between ``a`` and ``b``, as `random.uniform` does."""
        self._uniform = uniform
        self._previous = 0.0
        self._live_since: float | None = None
        self.crowd = 0
        """How many links the peer has, as it last said."""
        self.tries = 0
        """Failures since the link was last healthy."""

    def failed(self, retry: Retry, now: float, hint: float | None = None) -> float | None:
        """Seconds to wait after a failure at ``now``; None where the user must do something.

        ``hint`` is how long the peer asks to stay away: it is waited out, and the jitter comes on top.
        """
        self.idle(now)
        self.tries += 1
        if retry is Retry.NEVER:
            return None
        first, cap = WAITS[retry]
        before = max(first, self._previous)
        wait = self._uniform(first, min(cap, max(before * 3.0, cap * self.crowd / CROWD)))
        self._previous = wait
        asked = min(max(hint, 0.0), LONGEST_HINT) if hint is not None and hint == hint else 0.0
        return asked + wait

    def data(self, now: float) -> None:
        """Data came at ``now``. After half a minute of it the waits begin anew."""
        if self._live_since is None:
            self._live_since = now
        elif now - self._live_since >= HEALTHY_AFTER:
            self.reset()

    def idle(self, now: float) -> None:
        """The data stopped at ``now``."""
        if self._live_since is not None and now - self._live_since >= HEALTHY_AFTER:
            self.reset()
        self._live_since = None

    def reset(self) -> None:
        """Forget all failures: the link is mended, or the user wants it now."""
        self._previous = 0.0
        self.tries = 0
