"""Two machines of which one asks the other about its processes: two sessions, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sysmon.model.link import Reason, Rights
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol import messages as m
from sysmon.protocol import questions as q
from sysmon.protocol.events import Event
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.link_questions import LinkQuestions


@dataclass
class End:
    """One end of the link."""

    session: Session
    questions: LinkQuestions


class _Way:
    def __init__(self, session: Session, pair: Pair) -> None:
        self._session = session
        self._pair = pair

    def ask(self, host: str, question: q.Question) -> int:
        return self._session.ask(host, question, self._pair.now)

    def answer(self, number: int, reply: q.Reply) -> None:
        self._session.answer(number, reply)

    def cancel(self, number: int) -> None:
        self._session.cancel(number)


class Pair:
    """``here`` asks, ``there`` answers with ``respond``. Messages travel when either has something to say."""

    def __init__(self, respond: Callable[[str, q.Question], Awaitable[q.Reply]]) -> None:
        self.now = 0.0
        self.tasks = TaskOwner("pair")
        self._flowing = False
        self.cut = False
        self.carried: list[bytes] = []
        self.there = self._end("there", respond)
        self.here = self._end("here", _nobody)
        for end in (self.there, self.here):
            end.session.start(0.0)
        self._flow()

    def _end(self, name: str, respond: Callable[[str, q.Question], Awaitable[q.Reply]]) -> End:
        side = Side(greeting("test", m.Host(name, name.title()), 1), Rights())
        session = Session(side, Feed(), Holdings(), None, self._ready)
        return End(session, LinkQuestions(_Way(session, self), respond, self.tasks))

    def _ready(self) -> None:
        """Something may be said: later, as `ready` must not call back."""
        if not self._flowing and not self.cut:
            self._flowing = True
            asyncio.get_running_loop().call_soon(self._flow)

    def _flow(self) -> None:
        self._flowing = False
        moved = True
        while moved and not self.cut:
            moved = False
            for end, other in ((self.here, self.there), (self.there, self.here)):
                while (data := end.session.pull(self.now)) is not None:
                    moved = True
                    self.carried.append(data)
                    self._take(other, other.session.receive(data, self.now))

    def _take(self, end: End, events: list[Event]) -> None:
        for event in events:
            end.questions.take(event)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for end in (self.here, self.there):
            self._take(end, end.session.wake(self.now))
        self._flow()

    def break_link(self) -> None:
        self.cut = True
        for end in (self.here, self.there):
            self._take(end, end.session.lost(Reason.CUT))

    async def ask(self, question: q.Question) -> q.Reply:
        return await self.here.questions.ask("there", question)

    async def close(self) -> None:
        assert await self.tasks.close() == []


async def _nobody(host: str, question: q.Question) -> q.Reply:
    raise AssertionError(f"asked about {host}: {question}")
