"""Questions about processes between machines: a desk for each other machine, and answers for those who ask here.

A hub passes a question on to the machine that it is about; the rights of the one who asks are looked at by every machine on the way.
Lives on the engine's loop but for `desk`, which any thread may call.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Final, Protocol

from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol import question_rights
from sysmon.protocol import questions as q
from sysmon.protocol.enquiries import PATIENCE
from sysmon.protocol.events import Answered, Asked, Cancelled
from sysmon.runtime.remote_desk import RemoteDesk

if TYPE_CHECKING:
    from sysmon.runtime.desk_answers import DeskAnswers
    from sysmon.transport.conversation import Conversation

log = logging.getLogger(__name__)

NO_LINK: Final = "there is no connection to it"
_RELAYED: Final = 8.0
"""Seconds that a hub waits for the machine that a question is about: less than whoever asked it does."""

_Place = tuple[str, int]
"""A link, and the number of a question on it."""


class Routes(Protocol):
    """Where machines are, and how they are reached. `fleet_core.FleetCore` is one."""

    def route(self, host: str) -> str:
        """Id of the peer through which ``host`` is reached; empty for none."""
        ...

    def called(self, host: str) -> str:
        """What ``host`` is called."""
        ...

    def conversation(self, peer: str, link: str = "") -> tuple[str, Conversation] | None:
        """See `pool.Links.conversation`."""
        ...


class FleetQuestions:
    """`begin` and `close` bound its life."""

    def __init__(self, own: str, routes: Routes, answers: DeskAnswers | None, *, relays: bool) -> None:
        """``answers`` speaks for this machine; None where nothing may be asked here."""
        self._own = own
        self._routes = routes
        self._answers = answers
        self._relays = relays
        self._loop = asyncio.get_running_loop()
        self._tasks = TaskOwner("questions")
        self._waiting: dict[_Place, asyncio.Future[q.Reply]] = {}
        self._answering: dict[_Place, asyncio.Task[object]] = {}
        self._lock = threading.Lock()
        self._desks: dict[str, RemoteDesk] = {}

    async def close(self) -> None:
        """Wait for nothing and answer nobody any more. Idempotent."""
        for waiting in list(self._waiting.values()):
            waiting.cancel()
        await self._tasks.close(1.0)
        if self._answers is not None:
            self._answers.close()

    def desk(self, host: str) -> RemoteDesk:
        """The desk of ``host``, another machine. Any thread."""
        with self._lock:
            found = self._desks.get(host)
            if found is None:
                found = self._desks[host] = RemoteDesk(
                    lambda question: self.ask(host, question),
                    lambda: self._routes.called(host),
                    lambda: "" if self._reach(host) is not None else NO_LINK,
                )
                self._loop.call_soon_threadsafe(self._run, host, found)
        return found

    def _run(self, host: str, desk: RemoteDesk) -> None:
        if not self._tasks.closed:
            self._tasks.start(f"desk of {host[:8]}", desk.run())

    def forget(self, host: str) -> None:
        """``host`` is nobody's any more."""
        with self._lock:
            self._desks.pop(host, None)

    def _reach(self, host: str) -> tuple[str, Conversation] | None:
        peer = self._routes.route(host)
        return self._routes.conversation(peer) if peer else None

    # --- asking -------------------------------------------------------------------------------------

    async def ask(self, host: str, question: q.Question, patience: float = PATIENCE) -> q.Reply:
        """What ``host`` answers; `Refused` where it cannot be reached. Cancelling tells it that nobody waits any more."""
        reached = self._reach(host)
        if reached is None:
            return q.Refused(Reason.UNREACHABLE.number, NO_LINK)
        link, talk = reached
        # Empty: the machine at the other end, whatever it calls itself.
        number = talk.ask("" if host == self._routes.route(host) else host, question, patience)
        place = (link, number)
        waiting = self._waiting[place] = self._loop.create_future()
        try:
            return await waiting
        except asyncio.CancelledError:
            talk.cancel(number)
            raise
        finally:
            self._waiting.pop(place, None)

    # --- what comes ---------------------------------------------------------------------------------

    def take(self, link: str, peer: Peer, event: Asked | Answered | Cancelled) -> None:
        """An event of the session behind ``link``."""
        match event:
            case Answered():
                waiting = self._waiting.get((link, event.number))
                if waiting is not None and not waiting.done():
                    waiting.set_result(event.reply)
            case Cancelled():
                task = self._answering.get((link, event.number))
                if task is not None:
                    task.cancel()
            case Asked():
                place = (link, event.number)
                task = self._tasks.start(f"answer {peer.id[:8]}", self._answer(link, peer, event))
                self._answering[place] = task
                task.add_done_callback(lambda _: self._answering.pop(place, None))

    async def _answer(self, link: str, peer: Peer, asked: Asked) -> None:
        reply = await self._reply(peer, asked)
        reached = self._routes.conversation(peer.id, link)
        if reached is not None:
            reached[1].answer(asked.number, reply)

    async def _reply(self, peer: Peer, asked: Asked) -> q.Reply:
        if asked.host in ("", self._own):
            if self._answers is None:
                return q.Refused(Reason.NOT_ALLOWED.number, "nothing can be asked there")
            return await self._answers.answer(asked.question, f"{peer.name} ({peer.id[:8]})", peer.rights)
        if not self._relays or self._routes.route(asked.host) in ("", peer.id):
            return q.Refused(Reason.UNREACHABLE.number, NO_LINK)
        refusal = question_rights.refusal(asked.question, peer.rights, self._routes.called(asked.host))
        if refusal:
            return q.Refused(Reason.NOT_ALLOWED.number, refusal)
        return await self.ask(asked.host, asked.question, _RELAYED)
