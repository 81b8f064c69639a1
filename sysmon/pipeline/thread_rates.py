"""From CPU time of threads to shares of a core: two readings of one process in, a share per thread out.

Knows no clock and no source.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from sysmon.model.process_details import ThreadFacts

_SAME_START = 0.5
"""Seconds: a thread id that is used again within a reading has another start time than this."""


class ThreadRates:
    """Makes shares of one reading after another of one process; take a new one for another process."""

    def __init__(self) -> None:
        self._time = math.nan
        self._threads: dict[int, ThreadFacts] = {}

    def step(self, threads: Iterable[ThreadFacts], time: float) -> dict[int, float]:
        """Share of a core by thread id since the previous call; 1.0 is one core busy all the time.

        ``time`` is steady time in seconds. NaN where that cannot be said: at the first reading, where time did
        not go on, for a counter that went back and for a thread that was not seen before though it is older.
        A thread that began since the previous reading counts with all it has used.
        """
        previous, since = self._threads, self._time
        self._threads = {thread.tid: thread for thread in threads}
        self._time = time
        seconds = time - since
        return {tid: _share(previous.get(tid), thread, since, seconds) for tid, thread in self._threads.items()}


def _share(before: ThreadFacts | None, now: ThreadFacts, since: float, seconds: float) -> float:
    if not seconds > 0.0:
        return math.nan
    if before is not None and not abs(now.started - before.started) > _SAME_START:
        used = now.cpu_time - before.cpu_time
    elif now.started > since:
        used = now.cpu_time
    else:
        return math.nan
    share = used / seconds
    return share if 0.0 <= share < math.inf else math.nan
