"""Serving what a peer missed: newest first, in small pieces, never more than a quarter of the link while live data flows.

The link itself is the measure: after a piece that took d seconds to leave, the next one waits 3 d. Knows no
socket: the publisher says when a piece was handed out and when the link took more.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from sysmon.model.errors import RemoteProtocolError
from sysmon.protocol.events import Fetch
from sysmon.protocol.ranges import Range, Ranges

_PAUSE: Final = 0.05
"""Fewest seconds between pieces while live data flows."""
_MOST_WANTS: Final = 20_000


class Archive(Protocol):
    """What is kept of hosts. Answers at once; rows are fetched with `Fetch`."""

    def spans(self, host: str) -> Sequence[tuple[int, int, int]]:
        """(epoch, first and last sequence) of what is kept of ``host``."""
        ...

    def awaited(self, host: str, epoch: int, first: int, last: int) -> Sequence[Range]:
        """What of ``first`` to ``last`` may still come here, as ``host`` is another machine that has it."""
        ...


class Backfill:
    """The wants of one peer."""

    __slots__ = ("_fetch", "_next_at", "_offered", "_pieces", "_sent_at", "_wants")

    def __init__(self) -> None:
        self._wants: dict[tuple[str, int], Ranges] = {}
        self._fetch: Fetch | None = None
        self._pieces: deque[bytes] = deque()
        self._sent_at: float | None = None
        self._next_at = -math.inf
        self._offered = False

    def want(self, host: str, epoch: int, spans: Iterable[Range]) -> None:
        """``spans`` replace what was wanted of ``epoch`` before. Raises RemoteProtocolError for spans that are none."""
        ranges = Ranges()
        for first, last in spans:
            if last < first:
                raise RemoteProtocolError(f"wanted from {first} to {last}")
            ranges.add(first, last)
        if len(ranges):
            self._wants[host, epoch] = ranges
        else:
            self._wants.pop((host, epoch), None)
        if len(self._wants) > _MOST_WANTS:
            raise RemoteProtocolError("too much is wanted")

    def forget(self, host: str) -> None:
        """Nothing of ``host`` is served any more."""
        for key in [key for key in self._wants if key[0] == host]:
            del self._wants[key]

    @property
    def pending(self) -> int:
        """Sequences that are still wanted."""
        return sum(ranges.count() for ranges in self._wants.values())

    @property
    def due(self) -> float:
        """When `wake` or `fetch` has something to do; infinity where it has not."""
        if self._pieces:
            return math.inf if self._offered else self._next_at
        return self._next_at if self._wants and self._fetch is None else math.inf

    @property
    def busy(self) -> bool:
        """Whether anything is wanted, under way or about to be sent."""
        return bool(self._wants or self._pieces) or self._sent_at is not None

    def wake(self, now: float) -> bool:
        """Whether a piece may go since now: the link is to be asked once, and may be full."""
        if not self._pieces or self._offered or now < self._next_at:
            return False
        self._offered = True
        return True

    def fetch(self, now: float, rows: Callable[[str], int]) -> Fetch | None:
        """The next piece to look up, the newest of the newest epoch; None while one is under way or it is too early.

        ``rows``: how many a piece of a host may have.
        """
        if self._fetch is not None or self._pieces or not self._wants or now < self._next_at:
            return None
        host, epoch = max(self._wants, key=lambda key: key[1])
        found = self._wants[host, epoch].newest(rows(host))
        assert found is not None
        self._fetch = Fetch(host, epoch, *found)
        return self._fetch

    def supplied(self, fetch: Fetch, messages: Iterable[bytes]) -> bool:
        """The messages that answer ``fetch``; False where it is no longer the one that is awaited."""
        if fetch is not self._fetch:
            return False
        self._fetch = None
        ranges = self._wants.get((fetch.host, fetch.epoch))
        if ranges is not None:
            ranges.remove(fetch.first, fetch.last)
            if not len(ranges):
                del self._wants[fetch.host, fetch.epoch]
        self._pieces.extend(messages)
        return True

    def next(self, now: float, live: bool) -> bytes | None:
        """The next message to send, as the link would take one now; None where there is none or it is too early.

        ``live``: whether live data flows beside.
        """
        self._offered = False
        if self._sent_at is not None:
            took = now - self._sent_at
            self._sent_at = None
            if live:
                self._next_at = now + max(_PAUSE, 3.0 * took)
        if not self._pieces or now < self._next_at:
            return None
        self._sent_at = now
        return self._pieces.popleft()
