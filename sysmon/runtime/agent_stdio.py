"""``sysmon agent --stdio``: this machine for the one who logged in through ssh, over standard input and output, until it hangs up.

No socket, no peer list: who may log in may see what the user may see whose account it is, and do what that user may do. Knows
no terminal.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from typing import Final

from sysmon.model.link import Reason, Rights
from sysmon.model.link_report import LinkStep
from sysmon.model.peer import Peer
from sysmon.runtime.assembly import assemble, open_desk
from sysmon.runtime.desk_answers import DeskAnswers
from sysmon.runtime.end_signals import end_signals
from sysmon.runtime.fleet_exchange import FleetExchange
from sysmon.runtime.fleet_machines import FleetMachines
from sysmon.runtime.fleet_questions import FleetQuestions
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from sysmon.runtime.this_machine import this_machine
from sysmon.transport.conversation import Conversation
from sysmon.transport.identity import load_or_create
from sysmon.transport.pool import Links
from sysmon.transport.stdio import serve_stdio

log = logging.getLogger(__name__)

CALLER: Final = Peer("ssh:", "ssh", rights=Rights(commands=True, actions=True), watched=False)
"""Who called. Over ssh it could run any program here, so nothing is kept from it."""


class OnlyCaller:
    """The trust of one link: there is nobody else."""

    def peers(self) -> tuple[Peer, ...]:
        return (CALLER,)

    def get(self, peer: str) -> Peer | None:
        return CALLER if peer == CALLER.id else None

    def by_certificate(self, certificate: bytes) -> Peer | None:
        del certificate
        return None

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        del listener
        return lambda: None

    def server_context(self) -> ssl.SSLContext | None:
        return None

    def client_context(self, peer: Peer) -> ssl.SSLContext | None:
        del peer
        return None

    def pairing_client_context(self) -> ssl.SSLContext | None:
        return None


class OneWay:
    """Where machines are, for questions: only this one can be asked."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def route(self, host: str) -> str:
        del host
        return ""

    def called(self, host: str) -> str:
        return host

    def conversation(self, peer: str, link: str = "") -> tuple[str, Conversation] | None:
        return self._links.conversation(peer, link)


def run_stdio(values: Values, paths: Paths) -> int:
    """Serve the caller until it hangs up or a signal comes; answers the exit code."""
    return asyncio.run(_serve(values, paths))


async def _serve(values: Values, paths: Paths) -> int:
    identity = load_or_create(paths.data)
    wire = await serve_stdio()
    engine, _ = assemble(values)
    engine.desk = open_desk()
    name = values.sharing_name or this_machine().name
    exchange = FleetExchange(
        identity.id,
        lambda: name,
        engine.bus,
        engine.store,
        engine.demand,
        FleetMachines(),
        now=time.time,
        interval=values.sampling_interval,
    )
    links = Links(exchange, identity.id, OnlyCaller())
    answers = DeskAnswers(engine.desk, lambda: name, time.monotonic)
    questions = FleetQuestions(identity.id, OneWay(links), answers, relays=False)
    exchange.on_question = questions.take
    over = asyncio.Event()

    def stepped(step: LinkStep) -> None:
        if step.after.value in ("backoff", "refused", "disabled"):
            over.set()

    exchange.on_step = stepped
    exchange.begin()
    with end_signals(lambda _: over.set()):
        try:
            await engine.start()
            links.visitors.arrived(wire, CALLER)
            await over.wait()
        finally:
            await questions.close()
            await links.close(Reason.STOPPING_HERE)
            exchange.end()
            await engine.stop()
    return 0
