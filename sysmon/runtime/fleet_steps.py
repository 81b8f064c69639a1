"""What happened to each link lately: the strip of the last hours and the list of what happened read it.

Kept by link and bounded: a link that flaps forgets its own oldest steps, never another's. Any thread may read.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from sysmon.model.link_report import LinkStep

DAY: Final = 86400.0
MOST: Final = 1000
"""Steps that are kept of a link."""
LINKS: Final = 4096
"""Links of which steps are kept; of more the ones that were quiet longest are forgotten."""


class FleetSteps:
    """The steps of all links."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._links: dict[str, deque[LinkStep]] = {}

    def add(self, step: LinkStep) -> None:
        with self._lock:
            # Taken out and put back: the order of the links is that of their last steps.
            kept = self._links.pop(step.link, None)
            if kept is None:
                kept = deque[LinkStep](maxlen=MOST)
            kept.append(step)
            # The oldest that is older than a day still tells the state at the day's beginning.
            while len(kept) > 1 and kept[1].time < step.time - DAY:
                kept.popleft()
            self._links[step.link] = kept
            if len(self._links) > LINKS:
                del self._links[next(iter(self._links))]

    def since(self, link: str, since: float) -> tuple[LinkStep, ...]:
        """The steps of ``link`` ("" for all) from ``since`` on, oldest first."""
        with self._lock:
            if link:
                return tuple(step for step in self._links.get(link, ()) if step.time >= since)
            found = [step for kept in self._links.values() for step in kept if step.time >= since]
        return tuple(sorted(found, key=lambda step: step.time))

    def forget(self, link: str) -> None:
        """Drop what is kept of ``link``. Idempotent."""
        with self._lock:
            self._links.pop(link, None)
