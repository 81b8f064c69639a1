"""What is kept of every host: its ring of batches and its newest process table.

The engine's loop writes, the window reads from another thread: every method locks, shortly.
Knows nothing of rates, plots or where a batch came from.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable, Sequence

from sysmon.model.events import Mark
from sysmon.model.host import DeviceFacts
from sysmon.model.machine import Machine
from sysmon.model.metric import Series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.pipeline.decoded import Decoded
from sysmon.pipeline.past import Filled, Past
from sysmon.pipeline.ring import Column, LastRows, Ring

_MARKS = 500


class Store:
    """Rings and process tables by host."""

    def __init__(self, keep: float = 3600.0) -> None:
        """``keep``: seconds of history for each host."""
        self.keep = keep
        self._lock = threading.Lock()
        self._decoded = Decoded()
        self._past = Past()
        self._rings: dict[str, Ring] = {}
        self._versions: dict[str, int] = {}
        self._tables: dict[str, ProcessTable] = {}
        self._tables_put = 0
        self._earlier: dict[str, ProcessTable] = {}
        self._marks: dict[str, deque[Mark]] = {}
        self._machines: dict[str, Machine] = {}
        self._devices: dict[str, DeviceFacts] = {}

    def append(self, batch: SampleBatch) -> None:
        """Keep ``batch``. Raises ValueError where its values do not fit its catalog."""
        with self._lock:
            self._ring(batch.host).append(batch)
            self._versions[batch.host] = self._versions.get(batch.host, 0) + 1

    def _ring(self, host: str) -> Ring:
        ring = self._rings.get(host)
        if ring is None:
            ring = self._rings[host] = Ring(self.keep, self._decoded)
        return ring

    def fill(self, stretch: Stretch) -> int:
        """Keep rows that came late, where they belong; how many of them were new.

        In any order and as often as you like: what is here stays, and what is older than `keep` before the newest row is
        left out. Raises ValueError where the rows do not fit their catalog.
        """
        if not stretch.sequences:
            return 0
        host = stretch.host
        with self._lock:
            ring = self._ring(host)
            before = ring.span()[1]
            put = ring.fill(stretch)
            if put is None:
                return 0
            self._past.put(host, put.start, put.end)
            if ring.span()[1] != before:
                self._versions[host] = self._versions.get(host, 0) + 1
            return put.rows

    def filled(self, host: str) -> Filled:
        """How often rows of ``host`` came late; it grows at most every two seconds, however many pieces come."""
        with self._lock:
            return self._past.of(host)

    def spans(self, host: str) -> list[tuple[int, int, int]]:
        """(epoch, first and last sequence) of what is kept of ``host``, oldest epoch first."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.spans() if ring else []

    def stretches(self, host: str, epoch: int, first: int, last: int) -> list[Stretch]:
        """The kept rows of the sequences ``first`` to ``last`` of ``epoch``, oldest first.

        Each stretch is of one catalog and has at most `block.ROWS` rows; what is in none of them is not kept.
        """
        with self._lock:
            ring = self._rings.get(host)
            return list(ring.stretches(host, epoch, first, last)) if ring else []

    def put_processes(self, table: ProcessTable) -> None:
        """Keep ``table`` as the newest of its host, and the one before it."""
        with self._lock:
            before = self._tables.get(table.host)
            if before is not None:
                self._earlier[table.host] = before
            self._tables[table.host] = table
            self._tables_put += 1

    def put_mark(self, mark: Mark) -> None:
        """Keep ``mark``; the oldest of many hundred is dropped."""
        with self._lock:
            self._marks.setdefault(mark.host, deque(maxlen=_MARKS)).append(mark)

    def put_machine(self, machine: Machine) -> None:
        """Keep ``machine`` as what is known of its host."""
        with self._lock:
            self._machines[machine.host] = machine

    def put_devices(self, facts: DeviceFacts) -> None:
        """Keep ``facts`` as what is plugged into their host."""
        with self._lock:
            self._devices[facts.host] = facts

    def devices(self, host: str) -> DeviceFacts:
        """What is plugged into ``host``; nothing where nobody looked yet."""
        with self._lock:
            return self._devices.get(host) or DeviceFacts(host)

    def forget(self, host: str) -> None:
        """Drop everything kept of ``host``. Idempotent."""
        with self._lock:
            self._rings.pop(host, None)
            self._versions.pop(host, None)
            self._past.forget(host)
            self._tables.pop(host, None)
            self._earlier.pop(host, None)
            self._marks.pop(host, None)
            self._machines.pop(host, None)
            self._devices.pop(host, None)

    def hosts(self) -> list[str]:
        """Hosts that ever had a batch, in the order they came."""
        with self._lock:
            return list(self._rings)

    def version(self, host: str) -> int:
        """Grows with each newest batch of ``host``; 0 before the first."""
        return self._versions.get(host, 0)

    def catalog(self, host: str) -> Catalog | None:
        with self._lock:
            ring = self._rings.get(host)
            return ring.catalog if ring else None

    def column(self, host: str, series: Series, start: float, end: float) -> Column:
        """See `Ring.column`. A host or series that is not known gives an empty column."""
        return self.columns(host, (series,), start, end)[0]

    def columns(self, host: str, wanted: Sequence[Series], start: float, end: float) -> list[Column]:
        """`column` for each of ``wanted``, all of the same instant."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.columns(wanted, start, end) if ring else [Column() for _ in wanted]

    def span(self, host: str) -> tuple[float, float]:
        """Times of the oldest and newest batch, in seconds since 1970; NaN where there is none."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.span() if ring else (math.nan, math.nan)

    def holes(self, host: str, start: float, end: float) -> list[tuple[float, float, bool]]:
        """See `Ring.holes`."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.holes(start, end) if ring else []

    def newest_batch(self, host: str) -> SampleBatch | None:
        """The newest batch of ``host``, all its series; None where there is none."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.newest_batch(host) if ring else None

    def newest(self, host: str, series: Series) -> Column | None:
        """The last rows of ``series``: enough to know its value and rate now. None where unknown."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.newest_column(series) if ring else None

    def last_rows(self, host: str) -> LastRows | None:
        """See `Ring.last_rows`."""
        with self._lock:
            ring = self._rings.get(host)
            return ring.last_rows() if ring else None

    def marks(self, host: str) -> list[Mark]:
        """The kept marks of ``host``, oldest first."""
        with self._lock:
            return list(self._marks.get(host, ()))

    def machines(self) -> list[Machine]:
        """All machines that are known, in the order they came, also those without data."""
        with self._lock:
            return list(self._machines.values())

    def newest_mark(self, host: str) -> Mark | None:
        """The mark of ``host`` that came last."""
        with self._lock:
            marks = self._marks.get(host)
            return marks[-1] if marks else None

    def processes(self, host: str) -> ProcessTable | None:
        """The newest table of ``host``."""
        with self._lock:
            return self._tables.get(host)

    @property
    def tables(self) -> int:
        """Grows by one with each process table of any host."""
        return self._tables_put

    def earlier_processes(self, host: str) -> ProcessTable | None:
        """The table of ``host`` before the newest. It costs little: rows that did not change are the same objects."""
        with self._lock:
            return self._earlier.get(host)

    def size(self, hosts: Iterable[str] | None = None) -> int:
        """Bytes that the kept samples take."""
        with self._lock:
            if hosts is None:
                return sum(ring.size() for ring in self._rings.values()) + self._decoded.size()
            return sum(self._rings[host].size() for host in hosts if host in self._rings)
