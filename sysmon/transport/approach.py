"""One try to reach a peer: where it was, and at the same time where somebody said that it is now. Knows no retry and no session.

It may take long until the addresses that are known turn out to be dead: whoever moved is not waited for there.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.states import LinkEvent
from sysmon.transport.dialer import Dialer
from sysmon.transport.failures import Failure
from sysmon.transport.hints import Hints
from sysmon.transport.wire import Wire

log = logging.getLogger(__name__)

Stage = Callable[[LinkEvent], None]
"""Hears how far it has come: from both ways at once where there are hints, so that it must take only what is new."""


class Approach:
    """The ways to one peer."""

    def __init__(self, dialer: Dialer, tasks: TaskOwner, hints: Hints) -> None:
        self._dialer = dialer
        self._tasks = tasks
        self._hints = hints

    async def reach(self, peer: Peer, context: ssl.SSLContext | None, stage: Stage, path: str) -> Wire | Failure:
        """A wire to ``peer``, or why there is none: what fails at the addresses that are known. Cancelling hangs up.

        Hints that lead to somebody else, or to nobody, are dropped.
        """
        known: list[Wire | Failure] = []
        if not self._hints:
            await self._dial(known, peer, context, stage, path)
            return known[0]
        said: list[Wire | Failure] = []
        running = {
            self._tasks.start(f"reach {peer.name}", self._dial(known, peer, context, stage, path)),
            self._tasks.start(f"look for {peer.name}", self._look(said, peer, context, stage, path)),
        }
        taken: Wire | None = None
        try:
            while running and taken is None:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                taken = next((one for one in (*known, *said) if not isinstance(one, Failure)), None)
            return taken or known[0]
        finally:
            for task in running:
                task.cancel()
            for one in (*known, *said):
                if not isinstance(one, Failure) and one is not taken:
                    one.abort()

    async def _dial(
        self, into: list[Wire | Failure], peer: Peer, context: ssl.SSLContext | None, stage: Stage, path: str
    ) -> None:
        try:
            into.append(await self._dialer.dial(peer.addresses, context, stage, path))
        except Failure as failure:
            into.append(failure)

    async def _look(
        self, into: list[Wire | Failure], peer: Peer, context: ssl.SSLContext | None, stage: Stage, path: str
    ) -> None:
        """Where somebody said that it is. Anybody may say so: what fails there says nothing of the peer."""
        for address in self._hints:
            try:
                into.append(await self._dialer.dial([address], context, stage, path))
                return
            except Failure as failure:
                log.debug("%s is not at %s: %s", printable(peer.name), address, failure)
                self._hints.remove(address)
