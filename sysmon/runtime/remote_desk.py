"""The desk of another machine: the same questions as `ProcessDesk`, asked over a link.

What a screen reads at once (the past of a process, births and deaths) is kept here and brought up to date by `run`
for as long as somebody looks at it. Whatever a peer answers, nothing is raised: what is not told has its reason.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from copy import copy
from time import monotonic
from typing import TYPE_CHECKING, Final

import msgspec

from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.life import Life
from sysmon.model.link import Reason, Rights
from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.model.sample import Missing
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_history import ROWS, Trace
from sysmon.pipeline.process_lives import Forker
from sysmon.protocol import part_codec, question_rights
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.runtime.audit import Entry
from sysmon.runtime.column_reading import ColumnsTold
from sysmon.runtime.lane import LaneError
from sysmon.runtime.process_desk import Acted, Searched

if TYPE_CHECKING:
    from sysmon.control.limits import LimitGroup
    from sysmon.pipeline.process_rates import ProcessRate

log = logging.getLogger(__name__)

LOOKED: Final = 5.0
"""Seconds for which what was looked at is kept up to date."""
PAUSE: Final = 1.0
"""Seconds between two updates of it."""
RIGHTS_EVERY: Final = 30.0
"""Seconds after which it is asked again what is granted."""
_MOST_TRACES: Final = 32
_KEYS_AT_ONCE: Final = 2000
_TARGETS_AT_ONCE: Final = 256
_ROWS_AT_ONCE: Final = 512
_TRACED: Final = ("cpu", "memory", "read", "write", "threads", "gpu")
"""Columns of a trace besides its times."""
_NOT_YET: Final = "it was not asked yet"

Asker = Callable[[q.Question], Awaitable[q.Reply]]
"""Asks the machine of a desk; answers `Refused` where it cannot be reached, and never raises but when cancelled."""


class RemoteDesk:
    """The processes of one other machine. Coroutines run on the engine's loop."""

    def __init__(
        self, ask: Asker, host: Callable[[], str], refusal: Callable[[], str], clock: Callable[[], float] = monotonic
    ) -> None:
        """``host`` tells what the machine is called; ``refusal`` why it cannot be asked at present, empty where it can."""
        self._ask = ask
        self._host = host
        self._why_not = refusal
        self._clock = clock
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking = asyncio.Event()
        self._rights: Rights | None = None
        self._rights_at = -math.inf
        self._traces: OrderedDict[ProcessKey, Trace] = OrderedDict()
        self._looked: dict[ProcessKey, float] = {}
        """Traces that somebody looks at, and when it was last."""
        self._births = 0
        self._births_looked = -math.inf
        self._births_wanted = q.Births(0)
        self._lives: list[Life] = []
        self._forkers: list[Forker] = []
        self._source = _NOT_YET

    # --- what may be done -----------------------------------------------------------------------------

    @property
    def refusal(self) -> str:
        """Why nothing can be asked now; empty where it can."""
        why = self._why_not()
        if why or self._rights is None or self._rights.processes:
            return why
        if self._clock() - self._rights_at >= RIGHTS_EVERY:
            self._wake()  # they may have been given meanwhile
        return question_rights.REFUSALS["processes"].replace("{host}", self._host())

    @property
    def refusal_to_act(self) -> str:
        """Why nothing may be done to its processes, as far as it is known; it decides again each time."""
        why = self.refusal
        if why or self._rights is None or self._rights.actions:
            return why
        return question_rights.REFUSALS["actions"].replace("{host}", self._host())

    @property
    def audit_place(self) -> str:
        """Where its audit log lies, for the user."""
        return f"the audit log of {self._host()}"

    async def learn_rights(self) -> None:
        """Ask what this machine may see and do there."""
        self._rights_at = self._clock()
        reply = await self._ask(q.May())
        if isinstance(reply, q.Granted):
            granted = frozenset(reply.rights)
            self._rights = Rights(**{name: name in granted for name in Rights.__slots__})
        elif isinstance(reply, q.Refused) and Reason.of(reply.reason) is Reason.NOT_ALLOWED:
            self._rights = Rights(metrics=True, processes=False, history=False)

    # --- what is kept -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep what is looked at up to date, until cancelled. Begin it once, on the loop."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._looking.clear()
            if self._clock() - self._rights_at >= RIGHTS_EVERY and not self._why_not():
                await self.learn_rights()
            if not self._why_not():
                for key in self._keys():
                    await self._follow(key)
                if self._births or self._clock() - self._births_looked < LOOKED:
                    await self._bring_births()
            if self._idle():
                await self._looking.wait()
            else:
                await asyncio.sleep(PAUSE)

    def _idle(self) -> bool:
        return not self._keys() and not self._births and self._clock() - self._births_looked >= LOOKED

    def _keys(self) -> list[ProcessKey]:
        """What somebody looks at."""
        with self._lock:
            now = self._clock()
            self._looked = {key: seen for key, seen in self._looked.items() if now - seen < LOOKED}
            return list(self._looked)

    def _wake(self) -> None:
        """From any thread: somebody looks."""
        loop = self._loop
        if loop is None or self._looking.is_set():
            return
        try:
            loop.call_soon_threadsafe(self._looking.set)
        except RuntimeError:  # closed between the look and the call
            log.debug("a look at a remote process after the loop was closed")

    def trace(self, key: ProcessKey, name: str) -> Trace:
        """A copy of what is known of the past of ``key``; from now on it is brought up to date."""
        with self._lock:
            trace = self._traces.get(key)
            if trace is None:
                trace = self._traces[key] = Trace(key, name)
                while len(self._traces) > _MOST_TRACES:
                    self._traces.popitem(last=False)
            self._traces.move_to_end(key)
            self._looked[key] = self._clock()
            found = trace.copy()
        self._wake()
        return found

    async def _follow(self, key: ProcessKey) -> None:
        with self._lock:
            trace = self._traces.get(key)
            since = trace.times[-1] if trace is not None and trace.times else 0.0
        if trace is None:
            return
        reply = await self._ask(q.Past(key, trace.name[:256], since))
        if isinstance(reply, q.Traced):
            with self._lock:
                if reply.newest is not None and reply.newest < since:
                    trace.cut(0)  # its clock was set back: all that it has comes with the next answer
                else:
                    _extend(trace, reply, since)

    def lives(self, count: int) -> list[Life]:
        """What began or ended, newest first, as of a second ago."""
        with self._lock:
            self._births_wanted.count = min(count, 1000)
            self._births_looked = self._clock()
            found = self._lives[:count]
        self._wake()
        return found

    def forkers(self, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time of that machine), as of a second ago."""
        with self._lock:
            self._births_wanted.since, self._births_wanted.forkers = since, min(count, 100)
            found = self._forkers[:count]
        self._wake()
        return found

    def births_source(self) -> str:
        """How births and deaths are found out there."""
        return self._source

    def want_births(self) -> None:
        """Somebody looks at what starts and ends. Call `release_births` as often."""
        self._births += 1
        self._looking.set()

    def release_births(self) -> None:
        """Nobody looks any more."""
        self._births = max(0, self._births - 1)

    async def _bring_births(self) -> None:
        with self._lock:
            wanted = copy(self._births_wanted)
        reply = await self._ask(wanted)
        if isinstance(reply, q.Lived):
            with self._lock:
                self._lives = [part_codec.inward(life, Life) for life in reply.lives]
                self._forkers = [part_codec.inward(forker, Forker) for forker in reply.forkers]
                self._source = printable(reply.source)
        else:
            self._source = self._reason(reply)

    # --- look -------------------------------------------------------------------------------------------

    def _reason(self, reply: q.Reply) -> str:
        """Why ``reply`` is not what was asked for."""
        if not isinstance(reply, q.Refused):
            return f"{self._host()} answered something else"
        if Reason.of(reply.reason) is Reason.NOT_ALLOWED:
            self._rights_at = -math.inf  # the rights changed: ask for them again
        return printable(reply.text) or Reason.of(reply.reason).sentence(self._host())

    async def details(self, key: ProcessKey, tab: Tab) -> TabAnswer:
        """What ``tab`` of ``key`` holds, or why it cannot be told. Never raises but when cancelled."""
        reply = await self._ask(q.Look(key, tab.name.lower()))
        if not isinstance(reply, q.Looked):
            return TabAnswer(key, tab, 0.0, missing=self._reason(reply))
        try:
            return part_codec.tab_answer(key, tab, reply)
        except msgspec.ValidationError:
            return TabAnswer(key, tab, reply.time, missing=f"{self._host()} answered something that makes no sense")

    async def search(self, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str) -> Searched:
        """Which processes there the filter ``text`` finds. ``rows`` are not sent: it looks at its own."""
        del rows
        reply = await self._ask(q.Search(text[:4096]))
        if not isinstance(reply, q.Found):
            return Searched(frozenset(), trouble=self._reason(reply))
        keys = frozenset(ProcessKey(*key) for key in reply.keys)
        return Searched(keys, reply.refused, printable(reply.trouble), reply.partly)

    async def services(self, keys: Sequence[ProcessKey]) -> Mapping[ProcessKey, str]:
        """The container or service that processes run in, "" for none; empty where it cannot be found out."""
        found: dict[ProcessKey, str] = {}
        for first in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[first : first + _KEYS_AT_ONCE]
            reply = await self._ask(q.Services([*some]))
            if not isinstance(reply, q.Placed) or len(reply.places) != len(some):
                return {}
            found.update(zip(some, reply.places, strict=True))
        return found

    async def columns(
        self,
        keys: Sequence[ProcessKey],
        wanted: Collection[Column],
        others: Sequence[ProcessKey] = (),
    ) -> ColumnsTold:
        """The columns ``wanted`` of the rows in view. ``others`` are not sent: it looks at its own, in turns."""
        question = q.Columns([*keys[:_ROWS_AT_ONCE]], [column.value for column in wanted], bool(others))
        reply = await self._ask(question)
        if not isinstance(reply, q.Cells):
            reason = self._reason(reply)
            return ColumnsTold(missing=tuple(Missing(column.value, reason) for column in wanted))
        return ColumnsTold(
            {ProcessKey(*row.key): _figures(row) for row in reply.rows},
            tuple(Missing(printable(lack.subject), printable(lack.reason)) for lack in reply.missing),
        )

    async def limit_group(self, target: Target) -> LimitGroup | None:
        """The control group that a limit on ``target`` would hold for; None where there is none or it is not told."""
        from sysmon.control.limits import LimitGroup

        reply = await self._ask(q.Group(part_codec.target_part(target)))
        if not isinstance(reply, q.Grouped) or reply.path is None:
            return None
        return LimitGroup(reply.path, tuple(reply.members))

    # --- act --------------------------------------------------------------------------------------------

    async def act(self, targets: Sequence[Target], action: Action) -> Acted:
        """Do ``action`` to every one of ``targets`` there. Cancelling stops the waiting, not what has begun."""
        outcomes: list[Outcome] = []
        unlogged = ""
        deed = part_codec.deed(action)
        for first in range(0, len(targets), _TARGETS_AT_ONCE):
            some = targets[first : first + _TARGETS_AT_ONCE]
            reply = await self._ask(q.Act([part_codec.target_part(target) for target in some], deed))
            if isinstance(reply, q.Acted) and len(reply.outcomes) == len(some):
                outcomes += [
                    part_codec.outcome(target, told) for target, told in zip(some, reply.outcomes, strict=True)
                ]
                unlogged = printable(reply.unlogged) or unlogged
            else:
                outcomes += self._not_done(some, reply)
        return Acted(tuple(outcomes), unlogged)

    @property
    def rights_refusal(self) -> str:
        """Nobody sits there who could be asked."""
        return f"{printable(self._host())} decides what may be done there"

    async def act_with_rights(self, targets: Sequence[Target], action: Action) -> Acted:
        """Nothing, and why."""
        del action
        return Acted(tuple(Outcome(target, "act", Trouble.NOT_PERMITTED, self.rights_refusal) for target in targets))

    def _not_done(self, targets: Sequence[Target], reply: q.Reply) -> list[Outcome]:
        refused = isinstance(reply, q.Refused) and Reason.of(reply.reason) is Reason.NOT_ALLOWED
        trouble, reason = Trouble.NOT_PERMITTED if refused else Trouble.FAILED, self._reason(reply)
        return [Outcome(target, "act", trouble, reason) for target in targets]

    async def still_alive(self, targets: Sequence[Target]) -> tuple[Target, ...]:
        """Those of ``targets`` that have not ended yet; all of them where that cannot be found out."""
        reply = await self._ask(q.Alive([target.key for target in targets[:_KEYS_AT_ONCE]]))
        if not isinstance(reply, q.Living):
            return tuple(targets)
        alive = frozenset(ProcessKey(*key) for key in reply.keys)
        return tuple(target for target in targets if target.key in alive)

    async def entries(self) -> tuple[Entry, ...]:
        """The newest lines of its audit log, newest first. Raises LaneError where they are not told."""
        reply = await self._ask(q.Log())
        if not isinstance(reply, q.Logged):
            raise LaneError(self._reason(reply))
        return tuple(part_codec.inward(line, Entry) for line in reply.lines)


def _figures(row: parts.CellsPart) -> ColumnFigures:
    pss, swap, waited = (math.nan if value is None else value for value in (row.pss, row.swap, row.io_wait))
    return ColumnFigures(pss, swap, row.cgroup, row.container, waited)


def _extend(trace: Trace, told: q.Traced, since: float) -> None:
    """Append what is ``told`` and newer than ``since``; a column of another length is not known."""
    rows = [at for at, time in enumerate(told.times) if math.isfinite(time)]
    columns: dict[str, list[float | None]] = {name: getattr(told, name) for name in _TRACED}
    known = {name: column for name, column in columns.items() if len(column) == len(told.times)}
    for at in rows:
        if told.times[at] <= since:
            continue
        since = told.times[at]
        trace.times.append(since)
        for name in _TRACED:
            _append(getattr(trace, name), known[name][at] if name in known else None)
    trace.gpu_memory = math.nan if told.gpu_memory is None else told.gpu_memory
    surplus = len(trace.times) - ROWS
    if surplus > 0:
        for kept in (trace.times, *(getattr(trace, name) for name in _TRACED)):
            del kept[:surplus]


def _append(kept: array[float], value: float | None) -> None:
    """A number that does not fit a column of single precision becomes infinite there, as in any machine."""
    try:
        kept.append(math.nan if value is None else value)
    except OverflowError:
        kept.append(math.inf)
