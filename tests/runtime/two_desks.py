"""Two machines of which one asks the other about its processes: two sessions, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import Reason, Rights
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol import messages as m
from sysmon.protocol import questions as q
from sysmon.protocol.events import Answered, Asked, Cancelled, Event
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting

Responder = Callable[[q.Question], Awaitable[q.Reply]]


class Pair:
    """``here`` asks, ``there`` answers with ``respond``. Messages travel when either has something to say."""

    def __init__(self, respond: Responder) -> None:
        self.now = 0.0
        self.tasks = TaskOwner("pair")
        self.carried: list[bytes] = []
        self.answering: dict[int, asyncio.Task[object]] = {}
        self._respond = respond
        self._waiting: dict[int, asyncio.Future[q.Reply]] = {}
        self._flowing = False
        self._cut = False
        self.here, self.there = self._session("here"), self._session("there")
        for session in (self.here, self.there):
            session.start(0.0)
        self._flow()

    def _session(self, name: str) -> Session:
        side = Side(greeting("test", m.Host(name, name.title()), 1), Rights())
        return Session(side, Feed(), Holdings(), None, self._ready)

    def _ready(self) -> None:
        """Something may be said: later, as `ready` must not call back."""
        if not self._flowing and not self._cut:
            self._flowing = True
            asyncio.get_running_loop().call_soon(self._flow)

    def _flow(self) -> None:
        self._flowing = False
        moved = True
        while moved and not self._cut:
            moved = False
            for session, other in ((self.here, self.there), (self.there, self.here)):
                while (data := session.pull(self.now)) is not None:
                    moved = True
                    self.carried.append(data)
                    self._take(other.receive(data, self.now))

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Asked):
                self.answering[event.number] = self.tasks.start(f"answer-{event.number}", self._answer(event))
            elif isinstance(event, Answered):
                self._waiting[event.number].set_result(event.reply)
            elif isinstance(event, Cancelled) and event.number in self.answering:
                self.answering[event.number].cancel()

    async def _answer(self, asked: Asked) -> None:
        try:
            self.there.answer(asked.number, await self._respond(asked.question))
        finally:
            del self.answering[asked.number]

    def break_link(self) -> None:
        self._cut = True
        for session in (self.here, self.there):
            self._take(session.lost(Reason.CUT))

    async def ask(self, question: q.Question) -> q.Reply:
        try:
            number = self.here.ask("", question, self.now)
        except LocalProtocolError:
            return q.Refused(Reason.CUT.number, "there is no link to it now")
        self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting[number]
        except asyncio.CancelledError:
            self.here.cancel(number)
            raise
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        assert await self.tasks.close() == []
