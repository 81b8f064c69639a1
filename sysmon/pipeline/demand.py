"""Who wants what, counted. Nothing is read that nobody wants.

A page, the store, an alert or a peer holds a `Claim` while it wants a topic of a host: the name
of a family, or `PROCESSES`. Claims come from any thread. Knows nothing of who reads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

PROCESSES = "processes"
"""The topic of the process table."""
DEVICES = "devices"
"""The topic of what is plugged in: models of disks, addresses of interfaces."""
FIGURES = "figures"
"""The topic of all figures of other machines, in a program that does not show them all the time."""
EVERY_HOST = "*"
"""Instead of a host: all of them."""
PROCESS_IO = "process_io"
"""The topic of what processes read and write: it costs as much as all the rest of the table."""


@dataclass(eq=False, slots=True)
class Claim:
    """One wish. Give it back with `release`."""

    host: str
    topic: str
    interval: float
    _leave: Callable[[Claim], None] = field(repr=False)

    def release(self) -> None:
        """End the wish. Idempotent, any thread."""
        self._leave(self)


class Demand:
    """All claims of this program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: dict[tuple[str, str], set[Claim]] = {}
        self._listeners: tuple[Callable[[], None], ...] = ()

    def want(self, host: str, topic: str, interval: float) -> Claim:
        """Want ``topic`` of ``host`` about every ``interval`` seconds until the claim is released."""
        claim = Claim(host, topic, interval, self._leave)
        with self._lock:
            self._claims.setdefault((host, topic), set()).add(claim)
        self._changed()
        return claim

    def _leave(self, claim: Claim) -> None:
        with self._lock:
            claims = self._claims.get((claim.host, claim.topic), set())
            if claim not in claims:
                return
            claims.remove(claim)
            if not claims:
                del self._claims[claim.host, claim.topic]
        self._changed()

    def interval(self, host: str, topic: str) -> float | None:
        """The shortest interval that anybody wants, None where nobody wants the topic."""
        claims = self._claims.get((host, topic))
        if not claims:
            return None
        with self._lock:
            return min((claim.interval for claim in claims), default=None)

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after each change, on the thread that made it, until the answer is called."""
        self._listeners = (*self._listeners, listener)

        def leave() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return leave

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def __len__(self) -> int:
        with self._lock:
            return sum(len(claims) for claims in self._claims.values())
