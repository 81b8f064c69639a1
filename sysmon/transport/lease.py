"""That somebody wants a peer to be connected. Knows no link."""

from __future__ import annotations

from collections.abc import Callable


class Lease:
    """Held until `release`."""

    def __init__(self, peer: str, released: Callable[[str, bool], None]) -> None:
        """``released`` is told the peer, and whether the link is to end at once and not linger."""
        self.peer = peer
        self._released: Callable[[str, bool], None] | None = released

    def release(self, at_once: bool = False) -> None:
        """It is no longer wanted; ``at_once``: nor will it be soon. Idempotent."""
        released, self._released = self._released, None
        if released is not None:
            released(self.peer, at_once)
