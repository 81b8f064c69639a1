"""The one door for the window to the processes of this machine: look into one, do something to some.

Everything that may block runs beside the loop with a limit, every outcome goes into the audit log
before it is told, and what is kept of processes between two looks is kept here. Lives on the
engine's loop, owned by it. Knows no screen; where the machine is simulated it refuses and says so.
"""

from __future__ import annotations

import getpass
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.errors import CollectorUnavailable, ProcessGone
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.process_columns import Column
from sysmon.model.process_tab import Details, Tab, TabAnswer
from sysmon.model.sample import Missing
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES, Claim, Demand
from sysmon.pipeline.process_history import SELDOM
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.runtime.audit import AuditLog, Entry
from sysmon.runtime.column_reading import ColumnsTold
from sysmon.runtime.lane import Lane, LaneError
from sysmon.runtime.process_watch import ProcessWatch
from sysmon.runtime.program import own_command

if TYPE_CHECKING:
    from sysmon.collectors.process_details import DetailReader
    from sysmon.control.limits import LimitGroup
    from sysmon.control.rights import RightsAsked
    from sysmon.model.life import Life
    from sysmon.pipeline.process_history import Trace
    from sysmon.pipeline.process_lives import Forker
    from sysmon.runtime.column_reading import ColumnReading
    from sysmon.runtime.deep_lookup import DeepLookup

log = logging.getLogger(__name__)

READ_LIMIT: Final = 3.0
"""Seconds that a tab may take."""
ACT_LIMIT: Final = 10.0
"""Seconds that an action on all its targets may take."""
SEARCH_LIMIT: Final = 5.0
"""Seconds that looking into all processes may take."""
THRIFT: Final = 0.001
"""Share of a core that tables may cost which only the memory of the past wants: of many processes they come more seldom."""
SELDOMEST: Final = 60.0
"""Seconds between two such tables at most."""
MOST_ENTRIES: Final = 1000
"""Lines of the audit log that are shown."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of an action: one outcome for each target, in their order."""

    outcomes: tuple[Outcome, ...]
    unlogged: str = ""
    """Why the audit log has not got it, empty where it has."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The processes that a filter finds which asks for ports, files, containers or control groups."""

    keys: frozenset[ProcessKey]
    refused: int = 0
    """Processes that this user may not look into."""
    trouble: str = ""
    """Why nothing could be found out."""
    cut: int = 0
    """Processes that hold too much to be looked through whole."""


class ProcessDesk:
    """Acts on and reads processes of this machine. Every coroutine runs on the loop that `begin` was called on."""

    def __init__(
        self,
        audit: AuditLog,
        open_reader: Callable[[], DetailReader],
        *,
        refusal: str = "",
        now: Callable[[], float] | None = None,
    ) -> None:
        """``refusal``: why nothing real may be touched, empty where it may. ``now`` tells steady time."""
        self.refusal = refusal
        self.audit = audit
        self._now = now or _steady()
        self.watch = ProcessWatch(self._now)
        self._open_reader = open_reader
        self._reader: DetailReader | None = None
        self._acting = Lane("sysmon-act")
        self._reading = Lane("sysmon-details")
        self._searching = Lane("sysmon-search")
        self._columns = Lane("sysmon-columns")
        self._asking = Lane("sysmon-rights")
        self._rights_asked: RightsAsked | None = None
        self._column_reading: ColumnReading | None = None
        self._lookup: DeepLookup | None = None
        self._leave: Callable[[], None] | None = None
        self._claims: tuple[Claim, ...] = ()
        self._every = SELDOM
        self._births = 0

    def begin(self, bus: Bus, demand: Demand) -> None:
        """Keep what tables on ``bus`` tell from now on, and want one now and then even where no screen does."""
        if self._leave is None:
            self._leave = bus.subscribe(ProcessTable, lambda table: self._take(table, demand))
            self._want(demand, SELDOM)

    def _take(self, table: ProcessTable, demand: Demand) -> None:
        self.watch.take(table)
        if table.host == LOCAL and table.cost == table.cost:
            wanted = min(max(SELDOM, table.cost / THRIFT), SELDOMEST)
            if not self._every / 1.5 < wanted < self._every * 1.5:
                self._want(demand, wanted)

    def _want(self, demand: Demand, interval: float) -> None:
        """Want a table every ``interval`` seconds, for what is kept of the past alone."""
        before, self._every = self._claims, interval
        self._claims = tuple(demand.want(LOCAL, topic, interval) for topic in (PROCESSES, PROCESS_IO))
        for claim in before:
            claim.release()

    def close(self) -> bool:
        """Give everything back, within about a second; True where no thread is left. Idempotent."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        for claim in self._claims:
            claim.release()
        self._claims = ()
        self._births = 0
        self.watch.unfollow_births()
        if self._rights_asked is not None:
            self._rights_asked.give_up()
        lanes = (self._acting, self._reading, self._searching, self._columns, self._asking)
        ended = [lane.close() for lane in lanes]
        if not all(ended):
            log.warning("a question about a process still hangs; its thread was left behind")
        return all(ended)

    # --- births and deaths --------------------------------------------------------------------------

    def want_births(self) -> None:
        """Somebody looks at what starts and ends. Call `release_births` as often."""
        self._births += 1
        if not self.refusal:
            self.watch.follow_births()

    def release_births(self) -> None:
        """Nobody looks any more."""
        self._births = max(0, self._births - 1)
        if not self._births:
            self.watch.unfollow_births()

    # --- what is kept: any thread ---------------------------------------------------------------------

    def trace(self, key: ProcessKey, name: str) -> Trace:
        """What is kept of a process; from now on it is kept in any case."""
        return self.watch.trace(key, name)

    def lives(self, count: int) -> list[Life]:
        """What began or ended, newest first."""
        return self.watch.newest(count)

    def forkers(self, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time)."""
        return self.watch.forkers(since, count)

    def births_source(self) -> str:
        """How births and deaths are found out, and what was missed."""
        lost = self.watch.lost
        return self.watch.source + (f"; the kernel dropped some {lost} times" if lost else "")

    @property
    def refusal_to_act(self) -> str:
        """Why nothing may be done to processes, empty where it may."""
        return self.refusal

    @property
    def audit_place(self) -> str:
        """Where the audit log lies, for the user."""
        return str(self.audit.path)

    # --- look ---------------------------------------------------------------------------------------

    async def details(self, key: ProcessKey, tab: Tab) -> TabAnswer:
        """What ``tab`` of ``key`` holds, or why it cannot be told. Never raises but when cancelled."""
        if self.refusal:
            return TabAnswer(key, tab, self._now(), missing=self.refusal)
        try:
            found = await self._reading.run(lambda: self._read(key, tab), READ_LIMIT)
        except ProcessGone:
            return TabAnswer(key, tab, self._now(), missing="the process has ended", gone=True)
        except (LaneError, OSError) as error:
            return TabAnswer(key, tab, self._now(), missing=str(error))
        return TabAnswer(key, tab, self._now(), found)

    def _read(self, key: ProcessKey, tab: Tab) -> Details:
        """Runs on the reading thread."""
        reader = self._reader = self._reader or self._open_reader()
        if tab is Tab.FACTS:
            return reader.facts(key, shares=True)
        reads: dict[Tab, Callable[[ProcessKey], Details]] = {
            Tab.THREADS: reader.threads,
            Tab.FILES: reader.files,
            Tab.SOCKETS: reader.sockets,
            Tab.ENVIRONMENT: reader.environment,
            Tab.MEMORY: reader.maps,
            Tab.SIGNALS: reader.signals,
        }
        return reads[tab](key)

    async def search(self, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str) -> Searched:
        """Which of ``rows`` the filter ``text`` finds. Raises FilterError where it is none."""
        if self.refusal:
            return Searched(frozenset(), trouble=self.refusal)
        try:
            return await self._searching.run(lambda: self._search(rows, text), SEARCH_LIMIT)
        except LaneError as error:
            self._lookup = None  # what hangs keeps the one that it has
            return Searched(frozenset(), trouble=str(error))

    def _search(self, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str) -> Searched:
        """Runs on the searching thread."""
        from sysmon.pipeline.search.matching import compile_filter

        lookup = self._fresh_lookup()
        match = compile_filter(text, lookup, self._now)
        keys = frozenset(row.key for row, rate in rows if match(row, rate))
        return Searched(keys, lookup.refused, cut=lookup.cut)

    def _fresh_lookup(self) -> DeepLookup:
        from sysmon.runtime.deep_lookup import DeepLookup

        lookup = self._lookup = self._lookup or DeepLookup(self._now)
        lookup.forget()
        return lookup

    async def services(self, keys: Sequence[ProcessKey]) -> Mapping[ProcessKey, str]:
        """The container or service that processes run in, "" for none; empty where it cannot be found out."""
        if self.refusal:
            return {}
        try:
            return await self._searching.run(lambda: self._services(keys), SEARCH_LIMIT)
        except LaneError:
            self._lookup = None
            return {}

    def _services(self, keys: Sequence[ProcessKey]) -> dict[ProcessKey, str]:
        """Runs on the searching thread."""
        lookup = self._fresh_lookup()
        return {key: lookup.container(key) or _unit(lookup.cgroup(key)) for key in keys}

    async def columns(
        self, keys: Sequence[ProcessKey], wanted: Collection[Column], others: Sequence[ProcessKey] = ()
    ) -> ColumnsTold:
        """The columns ``wanted`` of the rows in view, and of as many ``others`` as there is time for."""
        if self.refusal:
            return ColumnsTold(missing=tuple(Missing(column.value, self.refusal) for column in wanted))
        try:
            return await self._columns.run(lambda: self._read_columns(keys, wanted, others), READ_LIMIT)
        except (LaneError, CollectorUnavailable, OSError) as error:
            self._column_reading = None  # what hangs keeps the one that it has
            return ColumnsTold(missing=tuple(Missing(column.value, str(error)) for column in wanted))

    def _read_columns(
        self, keys: Sequence[ProcessKey], wanted: Collection[Column], others: Sequence[ProcessKey]
    ) -> ColumnsTold:
        """Runs on the columns' thread."""
        from sysmon.runtime.column_reading import ColumnReading

        reading = self._column_reading = self._column_reading or ColumnReading(self._now)
        return reading.read(keys, wanted, others)

    async def limit_group(self, target: Target) -> LimitGroup | None:
        """The control group that a limit on ``target`` would hold for; None where there is none or it is not told."""
        from sysmon.control.limits import group_of

        try:
            return await self._reading.run(lambda: group_of(target), READ_LIMIT)
        except LaneError:
            return None

    # --- act ----------------------------------------------------------------------------------------

    async def act(self, targets: Sequence[Target], action: Action, who: str = "") -> Acted:
        """Do ``action`` to every one of ``targets`` and write down what came of it, and that ``who`` wanted it.

        ``who`` is empty for the user of this machine. Cancelling stops the waiting: what has begun is done to its end, and written down.
        """
        if self.refusal:
            return Acted(tuple(Outcome(target, "nothing", Trouble.UNSUPPORTED, self.refusal) for target in targets))
        try:
            return await self._acting.run(lambda: self._act(targets, action, who or _who()), ACT_LIMIT)
        except LaneError as error:
            return Acted(tuple(Outcome(target, "act", Trouble.FAILED, str(error)) for target in targets))

    def _act(self, targets: Sequence[Target], action: Action, who: str) -> Acted:
        """Runs on the acting thread."""
        from sysmon.control.deeds import perform

        return self._written((perform(target, action) for target in targets), who)

    def _written(self, done: Iterable[Outcome], who: str) -> Acted:
        """What was ``done``, each written down before the next is."""
        outcomes: list[Outcome] = []
        unlogged = ""
        for outcome in done:
            outcomes.append(outcome)
            try:
                self.audit.record(time.time(), who, outcome)
            except OSError as error:
                unlogged = f"{self.audit.path} cannot be written: {error.strerror}"
        return Acted(tuple(outcomes), unlogged)

    @property
    def rights_refusal(self) -> str:
        """Why the system cannot be asked for more rights, empty where it can."""
        from sysmon.control.rights import rights_refusal

        return self.refusal or rights_refusal()

    async def act_with_rights(self, targets: Sequence[Target], action: Action) -> Acted:
        """Let the system ask the user for administrator rights, and do ``action`` with them.

        Takes as long as the user does, at most five minutes. Cancelling stops the waiting.
        """
        from sysmon.control.rights import PATIENCE, RightsAsked

        if self.rights_refusal:
            return Acted(
                tuple(Outcome(target, "act", Trouble.NOT_PERMITTED, self.rights_refusal) for target in targets)
            )
        asked = self._rights_asked = RightsAsked(own_command())
        who = f"{_who()}, with administrator rights"
        try:
            return await self._asking.run(lambda: self._written(asked.perform(targets, action), who), PATIENCE + 10.0)
        except LaneError as error:
            return Acted(tuple(Outcome(target, "act", Trouble.FAILED, str(error)) for target in targets))

    async def note(self, who: str, outcome: Outcome) -> str:
        """Write down what ``who`` looked at or was refused. Why it could not be written, empty where it was."""
        try:
            await self._acting.run(lambda: self.audit.record(time.time(), who, outcome), READ_LIMIT)
        except (LaneError, OSError) as error:
            return str(error)
        return ""

    async def still_alive(self, targets: Sequence[Target]) -> tuple[Target, ...]:
        """Those of ``targets`` that have not ended yet; all of them where that cannot be found out."""
        from sysmon.control.held import alive

        try:
            return await self._acting.run(lambda: tuple(t for t in targets if alive(t.key)), READ_LIMIT)
        except LaneError:
            return tuple(targets)

    async def entries(self) -> tuple[Entry, ...]:
        """The newest lines of the audit log, newest first. Raises OSError where it cannot be read, LaneError."""
        return await self._reading.run(self._entries, READ_LIMIT)

    def _entries(self) -> tuple[Entry, ...]:
        newest = sorted(self.audit.entries(), key=lambda entry: entry.time, reverse=True)
        return tuple(islice(newest, MOST_ENTRIES))


def _unit(path: str) -> str:
    """The innermost service or scope on a control group's path: "ssh.service"."""
    parts = (part for part in reversed(path.split("/")) if part.endswith((".service", ".scope")))
    return next(parts, "")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name; Python 3.13 raises OSError for it
        return "unknown"


def _steady() -> Callable[[], float]:
    """Steady time as the sampler's: the wall clock now, monotonic from here on."""
    base = time.time() - time.monotonic()
    return lambda: base + time.monotonic()
