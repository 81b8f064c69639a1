"""Who may knock: bounds on those who have not proved who they are. Pure: time is given.

An address has a bucket of tokens. Each connection takes one, and gives it back once it proved to be a peer; so a peer
that comes again and again after its hub restarted pays nothing, and a stranger soon has to wait. Knows no socket.
"""

from __future__ import annotations

import ipaddress
from typing import Final

OPEN: Final = 42
"""Connections that may be open without proof."""
BURST: Final = 20.0
RATE: Final = 2.0
"""Connections at once of one address, and each second after that."""
_ADDRESSES: Final = 4096
"""Addresses that are remembered."""


class Admission:
    """Counts those at the door."""

    def __init__(self, most_open: int = OPEN, burst: float = BURST, rate: float = RATE) -> None:
        self._most_open = most_open
        self._burst = burst
        self._rate = rate
        self._buckets: dict[str, tuple[float, float]] = {}
        """By address: tokens, and when they were counted. The address that came last stands last."""
        self.open = 0
        """Connections without proof now."""
        self.refused = 0
        """Connections that were not let in, ever."""

    def arrive(self, address: str, now: float) -> bool:
        """Somebody connected from ``address``; False where he is to be hung up on, and then he does not count."""
        tokens = self._tokens(address, now)
        if self.open >= self._most_open or tokens < 1.0:
            self.refused += 1
            self._keep(address, tokens, now)
            return False
        self.open += 1
        self._keep(address, tokens - 1.0, now)
        return True

    def prove(self, address: str, now: float) -> None:
        """One who arrived from ``address`` proved to be a peer."""
        self.open -= 1
        self._keep(address, min(self._burst, self._tokens(address, now) + 1.0), now)

    def leave(self) -> None:
        """One who arrived went without proof."""
        self.open -= 1

    def _tokens(self, address: str, now: float) -> float:
        tokens, since = self._buckets.get(block_of(address), (self._burst, now))
        return min(self._burst, tokens + (now - since) * self._rate)

    def _keep(self, address: str, tokens: float, now: float) -> None:
        block = block_of(address)
        self._buckets.pop(block, None)
        if tokens >= self._burst:
            return
        self._buckets[block] = (tokens, now)
        if len(self._buckets) > _ADDRESSES:
            del self._buckets[next(iter(self._buckets))]


class Pace:
    """How many may come in a second: a bucket of tokens for all together."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst = self._tokens = burst
        self._rate = rate
        self._since = 0.0

    def take(self, now: float) -> bool:
        """Whether one more may come."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._since) * self._rate)
        self._since = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


def block_of(address: str) -> str:
    """What counts as one address: in IPv6 a network of 64 bits, of which one machine may use all."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
