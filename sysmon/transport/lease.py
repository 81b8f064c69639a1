"""That somebody wants a peer to be connected. Knows no link."""

from __future__ import annotations

from collections.abc import Callable


class Lease:
    """Held until `release`."""

    def __init__(self, peer: str, released: Callable[[str], None]) -> None:
        self.peer = peer
        self._released: Callable[[str], None] | None = released

    def release(self) -> None:
        """It is no longer wanted. Idempotent."""
        released, self._released = self._released, None
        if released is not None:
            released(self.peer)
