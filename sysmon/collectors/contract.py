"""What a collector is. A collector reads raw facts of one family; it computes no rates.

Rules that every collector keeps:
- counters stay counters; zero is 0; unknown is NaN, or the series is absent and `Missing` says why;
- reading and parsing are two functions, the parser is pure and takes bytes or text;
- every root (``/proc``, ``/sys``) is injectable, so tests run on recorded trees;
- `read` runs on one thread at a time and is never called again after `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sysmon.model.sample import Reading


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a family is worth reading and how long it may take.

    ``interval`` 0.0 means "on every tick, on the sampler's thread": only for sources that answer
    from memory (``/proc``). Anything that touches devices, mounts, drivers or other programs has
    an interval of its own and is read beside the tick, with ``limit`` seconds to answer.
    """

    interval: float = 0.0
    limit: float = 2.0


class Collector(Protocol):
    """One family of metrics of this machine."""

    @property
    def family(self) -> str:
        """The name of the family: the file name of the collector, the view-model and the page."""
        ...

    @property
    def pace(self) -> Pace: ...

    def read(self) -> Reading:
        """Read once.

        Raises CollectorUnavailable where this machine lacks the source (the family goes off with
        that reason), CollectorFailed or OSError where a source that should work did not.
        """
        ...

    def close(self) -> None:
        """Give back descriptors and handles. Idempotent."""
        ...
