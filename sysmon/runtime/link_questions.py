"""The questions of one link as coroutines: whoever asks waits, whoever is asked answers in a task of its own.

Takes the events `Asked`, `Answered` and `Cancelled` of a session. What is answered is finished even where the peer does not
wait any more, and counts until then: otherwise one that asks and cancels could begin any amount of work. On the loop
of the session. Knows no socket and no right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import Reason
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.events import Answered, Asked, Cancelled, Event
from sysmon.protocol.questions import MOST_ASKED, Question, Refused, Reply


class Way(Protocol):
    """What is needed of a session; see `Session.ask` and its neighbours."""

    def ask(self, host: str, question: Question) -> int: ...

    def answer(self, number: int, reply: Reply) -> None: ...

    def cancel(self, number: int) -> None: ...


Responder = Callable[[str, Question], Awaitable[Reply]]
"""Answers a question about a host (empty: the one that is asked)."""


class LinkQuestions:
    """Both directions of one link."""

    def __init__(self, way: Way, respond: Responder, tasks: TaskOwner) -> None:
        """``tasks`` owns those that answer; whoever closes it ends them."""
        self._way = way
        self._respond = respond
        self._tasks = tasks
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._answering = 0

    def __len__(self) -> int:
        """Questions under way, in both directions."""
        return len(self._waiting) + self._answering

    async def ask(self, host: str, question: Question) -> Reply:
        """The answer to ``question`` about ``host``; `Refused` where there is none. Cancelling tells the peer."""
        try:
            number = self._way.ask(host, question)
        except LocalProtocolError:
            return Refused(Reason.CUT.number, "there is no link to it now")
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            return await future
        except asyncio.CancelledError:
            self._way.cancel(number)
            raise
        finally:
            self._waiting.pop(number, None)

    def take(self, event: Event) -> bool:
        """Act on ``event``; whether it was for here."""
        match event:
            case Asked():
                if self._answering >= MOST_ASKED:
                    self._way.answer(event.number, Refused(Reason.BUSY.number, "what was asked before is not done yet"))
                else:
                    self._answering += 1
                    self._tasks.start(f"answer-{event.number}", self._answer(event))
            case Answered(number, reply):
                future = self._waiting.get(number)
                if future is not None and not future.done():
                    future.set_result(reply)
            case Cancelled():
                pass
            case _:
                return False
        return True

    async def _answer(self, asked: Asked) -> None:
        reply: Reply = Refused(Reason.FAULT_HERE.number, "a fault there")
        try:
            reply = await self._respond(asked.host, asked.question)
        finally:
            self._answering -= 1
            # Also where the answering failed: nobody is left to wait for the time limit.
            self._way.answer(asked.number, reply)
