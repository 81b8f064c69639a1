"""One of several hubs: the less loaded of two that answer, and another one when it fails or sends us away. Knows no socket.

Two are dialled and compared by what they say of their load ("power of two choices", M. Mitzenmacher, 2001): that spreads
machines nearly as well as asking all of them, and a second one is known when the first fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sysmon.protocol.messages import Hello
from sysmon.transport.lease import Lease
from sysmon.transport.rounds import Rounds, Timer

WORTH: Final = 0.2
"""By how much another hub must be less loaded to go there."""
_COMPARE: Final = 1.0
"""Seconds that the second one has to answer after the first did."""
_UNKNOWN_LOAD: Final = 0.5
_AVOIDED: Final = 60.0
"""Seconds for which a hub that failed or sent us away is the last choice."""


_AGAIN: Final = (60.0, 180.0)
"""After so many seconds at a hub, at least and at most, it is compared with another one, where it is loaded at all."""


class Hubs(Protocol):
    """Whoever dials."""

    def want(self, peer: str) -> Lease: ...

    def hello(self, peer: str) -> Hello | None:
        """What ``peer`` said, where a link to it stands; else None."""
        ...


class Choice:
    """Holds a lease on one hub, and on two while it chooses."""

    def __init__(
        self, peers: Sequence[str], hubs: Hubs, rounds: Rounds, uniform: Callable[[float, float], float]
    ) -> None:
        self.peers = tuple(dict.fromkeys(peers))
        self.current: str | None = None
        """The hub that was chosen; None while there is none."""
        self._hubs = hubs
        self._rounds = rounds
        self._uniform = uniform
        self._leases: dict[str, Lease] = {}
        self._avoided: dict[str, float] = {}
        self._timer: Timer | None = None
        self._again: Timer | None = None
        self.closed = False
        self._hold_two(())

    def close(self) -> None:
        """Want none any more. Idempotent."""
        self.closed = True
        self._stop_timer()
        self._stop_comparing()
        leases, self._leases = self._leases, {}
        for lease in leases.values():
            lease.release()

    # What happens to links.

    def greeted(self, peer: str) -> None:
        """A link to ``peer`` stands."""
        if peer not in self._leases:
            return
        if all(self._hubs.hello(one) is not None or self._is_avoided(one) for one in self._leases):
            self._decide()
        elif self._timer is None:
            self._timer = self._rounds.at(self._rounds.now() + _COMPARE, self._decide)

    def failed(self, peer: str, to: Sequence[str] = ()) -> None:
        """The link to ``peer`` failed, or could not be made; it said that we find others at ``to``."""
        if self.closed or peer not in self._leases:
            return
        self._avoid(peer)
        if peer == self.current:
            self.current = None
        others = [one for one in self.peers if one not in self._leases]
        if others:
            # It is dialled again when its turn comes; its own waits go on for as long as a lease lingers.
            self._leases.pop(peer).release()
            self._hold_two(self._ours(to, peer))

    def moved(self, peer: str, to: Sequence[str]) -> None:
        """``peer`` sends us away, to one of ``to`` where that is one of ours. It is left when another one answers."""
        if not self.closed and peer == self.current:
            self._avoid(peer)
            self._hold_two(self._ours(to, peer))

    def _ours(self, to: Sequence[str], but: str) -> list[str]:
        """Those of ``to`` that are hubs of ours, and not thought badly of, in that order."""
        return [one for one in dict.fromkeys(to) if one in self.peers and one != but and not self._is_avoided(one)]

    # Choosing.

    def _avoid(self, peer: str) -> None:
        self._avoided[peer] = self._rounds.now() + _AVOIDED

    def _is_avoided(self, peer: str) -> bool:
        return self._avoided.get(peer, 0.0) > self._rounds.now()

    def _hold_two(self, preferred: Sequence[str]) -> None:
        """Hold leases on two hubs: those that are held, then ``preferred``, then any in random order, the avoided last."""
        rest = [one for one in self.peers if one not in self._leases and one not in preferred]
        for at in range(len(rest) - 1):
            other = at + min(int(self._uniform(0.0, len(rest) - at)), len(rest) - at - 1)
            rest[at], rest[other] = rest[other], rest[at]
        rest.sort(key=self._is_avoided)
        for peer in [*(one for one in preferred if one not in self._leases), *rest]:
            if len(self._leases) >= 2:
                break
            self._leases[peer] = self._hubs.want(peer)
        for peer in list(self._leases):
            if self._hubs.hello(peer) is not None:
                self.greeted(peer)

    def _decide(self) -> None:
        """Take the best of those that answered, and let the others go."""
        self._stop_timer()
        up = [peer for peer in self._leases if self._hubs.hello(peer) is not None]
        if not up or self.closed:
            return
        best = min(up, key=self._badness)
        current = self.current
        if current in up and not self._is_avoided(current) and self._badness(current) <= self._badness(best) + WORTH:
            best = current
        self.current = best
        self._compare_later()
        for peer in [peer for peer in self._leases if peer != best]:
            self._leases.pop(peer).release(at_once=True)

    def _compare_later(self) -> None:
        """Loads change: look at another hub after a while. Each machine at a time of its own, so that not all move at once."""
        self._stop_comparing()
        if len(self.peers) > 1:
            self._again = self._rounds.at(self._rounds.now() + self._uniform(*_AGAIN), self._compare)

    def _compare(self) -> None:
        self._again = None
        current = self.current
        if current is None or self.closed:
            return
        if self._hubs.hello(current) is not None and self._badness(current) > WORTH:
            self._hold_two(())
        self._compare_later()

    def _stop_comparing(self) -> None:
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def _badness(self, peer: str) -> float:
        hello = self._hubs.hello(peer)
        told = hello.load if hello is not None else None
        load = min(told, 1.0) if told is not None and told >= 0.0 else _UNKNOWN_LOAD
        return load + (10.0 if self._is_avoided(peer) or (hello is not None and hello.draining) else 0.0)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
