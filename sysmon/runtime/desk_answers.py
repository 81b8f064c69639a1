"""What peers are answered about processes of this machine, and what they may do to them: `ProcessDesk` under rights.

Every action and every refusal is in the audit log with the name of the peer; so is what a peer looks into, once in a
while for each part of each process. What a peer says of a process is its number and start time only: name and kind, on
which the guards and the log rely, are looked up here. Lives on the engine's loop. Knows no link.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from sysmon.model.action import Outcome, Target, Trouble
from sysmon.model.errors import SysmonError
from sysmon.model.link import Reason, Rights
from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.model.process_details import Fact, ProcessFacts, Section
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.search.language import FilterError
from sysmon.protocol import part_codec, question_rights
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.protocol.catalog_codec import text
from sysmon.runtime.lane import LaneError
from sysmon.runtime.process_desk import ProcessDesk

log = logging.getLogger(__name__)

BIRTHS_KEPT: Final = 30.0
"""Seconds for which births are followed after a peer asked for them."""
NOTED_AGAIN: Final = 600.0
"""Seconds after which the same look of the same peer is written down again."""
REFUSED_AGAIN: Final = 60.0
"""The same for a refusal: a peer that insists does not fill the log."""
CANCELLED_COUNTS: Final = 10.0
"""Seconds for which a question that was cancelled counts as under way: what it began may run so long. Otherwise a peer
that asks and cancels could begin any amount of work."""
_MOST_NOTED: Final = 2000
_TRACED: Final = ("cpu", "memory", "read", "write", "threads", "gpu")
"""Columns of a trace besides its times."""
_TABS: Final = {tab.name.lower(): tab for tab in Tab}


class DeskAnswers:
    """The answering side of this machine."""

    def __init__(self, desk: ProcessDesk, host: Callable[[], str], now: Callable[[], float]) -> None:
        """``host`` tells what this machine is called; ``now`` monotonic time."""
        self._desk = desk
        self._host = host
        self._now = now
        self._noted: OrderedDict[tuple[str, str, Trouble | None, ProcessKey], float] = OrderedDict()
        self._busy: Counter[str] = Counter()
        """Questions under way, by peer."""
        self._turns: dict[str, asyncio.Lock] = {}
        """Each peer has one question at a time at the desk, so that nobody waits for all that another one asked."""
        self._births: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Follow nothing any more. Idempotent."""
        if self._births is not None:
            self._births.cancel()
            self._release()

    async def answer(self, question: q.Question, who: str, rights: Rights) -> q.Reply:
        """The answer to ``question`` of the peer called ``who``. Never raises but when cancelled.

        Cancelling stops the waiting: an action that has begun is done to its end, and written down.
        """
        who = f"peer {printable(who)[:100]}"
        if self._busy[who] >= q.MOST_ASKED:
            return q.Refused(Reason.BUSY.number, "what was asked before is not done yet")
        self._busy[who] += 1
        self._turns.setdefault(who, asyncio.Lock())
        try:
            reply = await self._judge(question, who, rights)
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_later(CANCELLED_COUNTS, self._done, who)
            raise
        self._done(who)
        return reply

    def _done(self, who: str) -> None:
        self._busy[who] -= 1
        if not self._busy[who]:
            del self._busy[who]
            del self._turns[who]

    async def _judge(self, question: q.Question, who: str, rights: Rights) -> q.Reply:
        refusal = question_rights.refusal(question, rights, printable(self._host()))
        if refusal:
            await self._note_refusal(question, who, refusal)
            return q.Refused(Reason.NOT_ALLOWED.number, text(refusal))
        if self._desk.refusal:
            return q.Refused(Reason.NOT_ALLOWED.number, text(self._desk.refusal))
        try:
            async with self._turns[who]:
                return await self._answer(question, who, rights)
        except (LaneError, OSError, SysmonError, ValueError) as error:
            # ValueError: what does not fit the shapes that travel, a fault of ours (msgspec.ValidationError is one).
            if self._is_due((who, "failed", None, _NOBODY.key), NOTED_AGAIN):
                log.warning("a question of %s could not be answered: %s", who, error)
            return q.Refused(Reason.FAULT_HERE.number, text(str(error)))

    async def _answer(self, question: q.Question, who: str, rights: Rights) -> q.Reply:
        desk = self._desk
        match question:
            case q.Look():
                return await self._look(question, who, rights)
            case q.Act():
                return await self._act(question, who)
            case q.Alive(keys):
                alive = await desk.still_alive([Target(ProcessKey(*key), "") for key in keys])
                return q.Living([target.key for target in alive])
            case q.Search(wanted):
                return await self._search(wanted, who)
            case q.Services(keys):
                services = await desk.services([ProcessKey(*key) for key in keys])
                return q.Placed([text(services[ProcessKey(*key)], 256) for key in keys] if services else [])
            case q.Columns():
                return await self._columns(question)
            case q.Group(part):
                group = await desk.limit_group(self._seen(part) or part_codec.target(part))
                return q.Grouped() if group is None else q.Grouped(text(group.path), list(group.members[: q.MOST_KEYS]))
            case q.Past(key, name, since):
                return self._past(ProcessKey(*key), name, since)
            case q.Births():
                return self._lives(question)
            case q.Log(count):
                lines = (await desk.entries())[:count]
                return q.Logged([part_codec.outward(line, parts.LinePart) for line in lines])
            case q.May():
                return q.Granted(question_rights.names(rights))

    # Looking.

    async def _look(self, question: q.Look, who: str, rights: Rights) -> q.Reply:
        tab = _TABS.get(question.tab)
        if tab is None:
            return q.Refused(Reason.VERSION.number, f"this version has no part called {text(question.tab, 40)}")
        key = ProcessKey(*question.key)
        row = self._desk.watch.row(key)
        target = Target(key, row.name if row is not None else "")
        await self._note(who, Outcome(target, f"look at {tab.value.lower()}"), NOTED_AGAIN)
        answer = await self._desk.details(key, tab)
        if isinstance(answer.details, ProcessFacts) and not rights.commands:
            answer = self._without_commands(answer, answer.details)
        return part_codec.looked(answer)

    def _without_commands(self, answer: TabAnswer, facts: ProcessFacts) -> TabAnswer:
        reason = question_rights.REFUSALS["commands"].replace("{host}", printable(self._host()))
        bare = replace(
            facts,
            arguments=Section(missing=reason),
            executable=Fact(missing=reason),
            directory=Fact(missing=reason),
            root=Fact(missing=reason),
        )
        return replace(answer, details=bare)

    async def _search(self, wanted: str, who: str) -> q.Reply:
        await self._note(who, Outcome(_NOBODY, f"search {printable(wanted)[:200]}"), NOTED_AGAIN)
        try:
            found = await self._desk.search(self._desk.watch.pairs(), wanted)
        except FilterError as error:
            return q.Found([], trouble=text(str(error)))
        keys = sorted(found.keys)
        told = keys[: q.MOST_KEYS]
        return q.Found(
            [(key.pid, key.start) for key in told],
            found.refused,
            text(found.trouble),
            len(keys) - len(told),
            found.cut,
        )

    async def _columns(self, question: q.Columns) -> q.Reply:
        wanted = [column for column in Column if column.value in question.wanted]
        keys = [ProcessKey(*key) for key in question.keys]
        others = [row.key for row, _ in self._desk.watch.pairs()] if question.others else []
        told = await self._desk.columns(keys, wanted, others)
        in_view = frozenset(keys)
        # Those in view first: they are what is left where the answer has to be cut.
        figures = sorted(told.figures.items(), key=lambda item: item[0] not in in_view)
        rows = [_cells(key, figure) for key, figure in figures[: parts.MOST_ITEMS]]
        lacks = [part_codec.outward(missing, parts.LackPart) for missing in told.missing]
        while len(msgspec.json.encode(answer := q.Cells(rows, lacks))) > q.MAX_ANSWER:
            rows = rows[: len(rows) // 2]
        return answer

    def _past(self, key: ProcessKey, called: str, since: float) -> q.Reply:
        trace = self._desk.trace(key, called)
        first = next((at for at, time in enumerate(trace.times) if time > since), len(trace.times))
        newest = trace.times[-1] if trace.times else None
        told = q.Traced(list(trace.times[first:]), gpu_memory=_number(trace.gpu_memory), newest=newest)
        for name in _TRACED:
            column = [_number(value) for value in getattr(trace, name)[first:]]
            setattr(told, name, column if any(value is not None for value in column) else [])
        return told

    def _lives(self, question: q.Births) -> q.Reply:
        loop = asyncio.get_running_loop()
        if self._births is None:
            self._desk.want_births()
        else:
            self._births.cancel()
        self._births = loop.call_later(BIRTHS_KEPT, self._release)
        return q.Lived(
            [part_codec.outward(life, parts.LifePart) for life in self._desk.lives(question.count)],
            [
                part_codec.outward(forker, parts.ForkerPart)
                for forker in self._desk.forkers(question.since, question.forkers)
            ],
            text(self._desk.births_source()),
        )

    def _release(self) -> None:
        self._births = None
        self._desk.release_births()

    # Acting.

    async def _act(self, question: q.Act, who: str) -> q.Reply:
        targets = [self._seen(part) for part in question.targets]
        known = [target for target in targets if target is not None]
        action = part_codec.action(question.deed)
        acted = await self._desk.act(known, action, who) if known else None
        outcomes = iter(acted.outcomes if acted is not None else ())
        unlogged = acted.unlogged if acted is not None else ""
        told: list[parts.OutcomePart] = []
        for part, target in zip(question.targets, targets, strict=True):
            if target is not None:
                told.append(part_codec.outcome_part(next(outcomes)))
                continue
            gone = Outcome(part_codec.target(part), _verb(question.deed), Trouble.GONE, "the process has ended")
            unlogged = await self._desk.note(who, gone) or unlogged
            told.append(part_codec.outcome_part(gone))
        return q.Acted(told, text(unlogged))

    def _seen(self, part: parts.TargetPart) -> Target | None:
        """The process that a peer means, as it is known here; None where there is none such."""
        key = ProcessKey(*part.key)
        row = self._desk.watch.row(key)
        return None if row is None else Target(key, row.name, row.kernel)

    # The audit log.

    async def _note_refusal(self, question: q.Question, who: str, refusal: str) -> None:
        targets: Sequence[Target] = [_NOBODY]
        if isinstance(question, q.Act):
            targets = [self._seen(part) or part_codec.target(part) for part in question.targets]
        elif isinstance(question, q.Look):
            row = self._desk.watch.row(ProcessKey(*question.key))
            targets = [Target(ProcessKey(*question.key), row.name if row is not None else "")]
        for target in targets:
            await self._note(who, Outcome(target, _verb(question), Trouble.NOT_PERMITTED, refusal), REFUSED_AGAIN)

    async def _note(self, who: str, outcome: Outcome, again: float) -> None:
        """Write down ``outcome``, where it was not within ``again`` seconds."""
        if not self._is_due((who, outcome.action, outcome.trouble, outcome.target.key), again):
            return
        trouble = await self._desk.note(who, outcome)
        if trouble and self._is_due((who, "unlogged", None, _NOBODY.key), NOTED_AGAIN):
            log.warning("what %s looked at is not in the audit log: %s", who, trouble)

    def _is_due(self, noted: tuple[str, str, Trouble | None, ProcessKey], again: float) -> bool:
        """Whether ``noted`` was not written down within ``again`` seconds; it is taken as done."""
        now = self._now()
        if now - self._noted.get(noted, -math.inf) < again:
            return False
        self._noted[noted] = now
        self._noted.move_to_end(noted)
        if len(self._noted) > _MOST_NOTED:
            self._noted.popitem(last=False)
        return True


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _cells(key: ProcessKey, figures: ColumnFigures) -> parts.CellsPart:
    cgroup, container = (None if word is None else text(word) for word in (figures.cgroup, figures.container))
    pss, swap, io_wait = map(_number, (figures.pss, figures.swap, figures.io_wait))
    return parts.CellsPart(key, pss, swap, cgroup, container, io_wait)


_NOBODY: Final = Target(ProcessKey(0, 0.0), "")
_VERBS: Final = {
    parts.End: "end",
    parts.Kill: "kill",
    parts.Stop: "stop",
    parts.Resume: "continue",
    parts.SendSignal: "send a signal",
    parts.SetNice: "set nice",
    parts.SetIoPriority: "set I/O priority",
    parts.SetAffinity: "set affinity",
    parts.SetLimit: "set a limit",
    q.Alive: "look who is alive",
    q.Search: "search",
    q.Services: "look at services",
    q.Columns: "look at columns",
    q.Group: "look at a control group",
    q.Past: "look at the past",
    q.Births: "look at births",
    q.Log: "look at the audit log",
    q.May: "ask for rights",
}


def _verb(asked: q.Question | parts.AnyDeed) -> str:
    """What was asked for, in words for the log. Nothing that the peer wrote is in it."""
    if isinstance(asked, q.Look):
        tab = _TABS.get(asked.tab)
        return f"look at {tab.value.lower() if tab is not None else 'an unknown part'}"
    return _verb(asked.deed) if isinstance(asked, q.Act) else _VERBS[type(asked)]
