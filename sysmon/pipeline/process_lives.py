"""What started and what ended: a bounded list of lives, from events or from differences of tables.

With the kernel's events every process is seen, however short it lives. Without them two tables
are compared, and what lived between two looks was never there; `source` says which it is. Knows
no screen and no system call.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sysmon.collectors.process_events import Executed, Exited, Forked, LifeEvent, Lost
from sysmon.model.life import Life
from sysmon.model.process import ProcessKey, ProcessTable

MOST: Final = 5000
"""Lives that are kept; older ones are dropped."""


@dataclass(frozen=True, slots=True)
class Forker:
    """Who keeps starting processes."""

    pid: int
    name: str
    children: int
    """Processes that it started within the span that was asked for."""


class Lives:
    """Collects lives of one host. One thread at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._done: deque[Life] = deque(maxlen=most)
        self._living: OrderedDict[int, Life] = OrderedDict()
        self._most = most
        self._names: dict[int, str] = {}
        self._table: ProcessTable | None = None
        self.exact = False
        """True while the kernel tells every birth and death."""
        self.lost = 0
        """How often the kernel had to drop events."""

    def tell(self, events: Iterable[LifeEvent], now: float) -> None:
        """Take ``events`` that came at about ``now`` (steady time in seconds)."""
        for event in events:
            if isinstance(event, Forked):
                parent_name = self._names.get(event.parent, "")
                self._begin(Life(event.pid, parent_name, event.parent, parent_name, now, None))
            elif isinstance(event, Executed):
                self._rename(event.pid, event.name)
            elif isinstance(event, Exited):
                self._end(event.pid, now, event.exit_code, event.signal)
            else:
                assert isinstance(event, Lost)
                self.lost += 1

    def see(self, table: ProcessTable) -> None:
        """Take a whole table: names of what lives, and, without events, what is new and what is gone."""
        before, self._table = self._table, table
        self._names = {pid: row.name for pid, row in table.rows.items()}
        if self.exact or before is None:
            return
        for pid, row in table.rows.items():
            old = before.rows.get(pid)
            if old is None or old.key != row.key:
                if old is not None:
                    self._vanish(before, old.key, table.time)
                parent = table.rows.get(row.parent)
                began = min(max(row.key.start, before.time), table.time)
                self._begin(Life(pid, row.name, row.parent, parent.name if parent else "", began, None))
        for pid in before.rows.keys() - table.rows.keys():
            self._vanish(before, before.rows[pid].key, table.time)

    def _vanish(self, before: ProcessTable, key: ProcessKey, now: float) -> None:
        row = before.rows[key.pid]
        if key.pid not in self._living:
            parent = before.rows.get(row.parent)
            self._living[key.pid] = Life(key.pid, row.name, row.parent, parent.name if parent else "", None, None)
        self._end(key.pid, now, None, None)

    def _begin(self, life: Life) -> None:
        self._living.pop(life.pid, None)
        self._living[life.pid] = life
        if len(self._living) > self._most:
            self._living.popitem(last=False)
        self._names[life.pid] = life.name

    def _rename(self, pid: int, name: str) -> None:
        if not name:
            return
        self._names[pid] = name
        life = self._living.get(pid)
        if life is not None:
            self._living[pid] = replace(life, name=name)

    def _end(self, pid: int, now: float, exit_code: int | None, signal: int | None) -> None:
        life = self._living.pop(pid, None)
        if life is None:
            life = Life(pid, self._names.get(pid, ""), 0, "", None, None)
        self._names.pop(pid, None)
        self._done.append(replace(life, ended=now, exit_code=exit_code, signal=signal))

    def newest(self, count: int) -> list[Life]:
        """The last ``count`` lives that began or ended, newest first."""
        lives = [*self._done, *self._living.values()]
        lives.sort(key=lambda life: max(life.began or 0.0, life.ended or 0.0), reverse=True)
        return lives[:count]

    def forkers(self, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time), most first."""
        children: Counter[tuple[int, str]] = Counter(
            (life.parent, life.parent_name)
            for life in (*self._done, *self._living.values())
            if life.began is not None and life.began >= since
        )
        return [Forker(pid, name, number) for (pid, name), number in children.most_common(count)]
