"""The bus: what is published, in order, to everybody who wants that kind of thing.

Synchronous and single-threaded: `publish` returns when every subscriber has been called, so a
subscriber must be quick and must not block. Knows nothing of what travels.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar, cast

log = logging.getLogger(__name__)

E = TypeVar("E")


class Bus:
    """Delivers each event to the subscribers of its exact type, in the order they subscribed."""

    def __init__(self) -> None:
        self._subscribers: dict[type, tuple[Callable[[object], object], ...]] = {}
        self._broken: set[Callable[[object], object]] = set()

    def subscribe(self, kind: type[E], deliver: Callable[[E], object]) -> Callable[[], None]:
        """Call ``deliver`` for each event of ``kind``, whatever it answers; the returned function ends that. Idempotent."""
        entry = cast("Callable[[object], object]", deliver)
        self._subscribers[kind] = (*self._subscribers.get(kind, ()), entry)

        def leave() -> None:
            left = tuple(other for other in self._subscribers.get(kind, ()) if other is not entry)
            self._subscribers[kind] = left
            self._broken.discard(entry)

        return leave

    def publish(self, event: object) -> None:
        """Deliver ``event``. A subscriber that raises is logged once and does not harm the others."""
        for deliver in self._subscribers.get(type(event), ()):
            try:
                deliver(event)
            except Exception:
                if deliver not in self._broken:
                    self._broken.add(deliver)
                    log.exception(
                        "a subscriber of %s failed; further failures of it are not logged", type(event).__name__
                    )
            else:
                self._broken.discard(deliver)

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._subscribers.values())
