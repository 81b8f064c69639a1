"""What a command may ask of the program that runs already, in words, and that program's side of it.

Every question is a typed message with a typed answer; `console_call` is the asking side. What goes wrong comes back as a
sentence and the number of its reason. Knows no socket and no terminal.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import msgspec

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import LinkState, Rights
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine
from sysmon.model.peer import Peer
from sysmon.pipeline.demand import EVERY_HOST, FIGURES, PROCESS_IO, PROCESSES, Claim, Demand
from sysmon.pipeline.store import Store
from sysmon.protocol import catalog_codec, process_codec
from sysmon.protocol import messages as m
from sysmon.runtime.fleet_port import FleetPort

log = logging.getLogger(__name__)

HELD: Final = 10.0
"""Seconds for which what a command asked for is wanted: it will ask again."""


class Question(msgspec.Struct, tag_field="ask", tag=str.lower, frozen=True, omit_defaults=True):
    """What all questions are."""


class Share(Question, frozen=True):
    """Switch sharing; null only tells. Answered with `Sharing`."""

    on: bool | None = None


class Invite(Question, frozen=True):
    """Open pairing. Answered with `Invitation`."""


class Uninvite(Question, frozen=True):
    """Close pairing. Answered with `Sharing`."""


class Enrol(Question, frozen=True):
    """Let several machines in. Answered with `Enrolment`."""

    uses: int
    life: float
    """Seconds."""


class Withdraw(Question, frozen=True):
    """No enrolment is valid any more. Answered with a number: so many were."""


class Join(Question, frozen=True):
    """Pair with what ``where`` says. Answered with `Peer`."""

    where: str
    code: str = ""
    publish: bool = False
    """Let it watch this machine, also where this one is not shared."""


class Peers(Question, frozen=True):
    """Answered with a list of `Known`."""


class Revoke(Question, frozen=True):
    """Forget the peer with this name or id. Answered with `Peer`."""

    peer: str


class Allow(Question, frozen=True):
    """Other rights for the peer with this name or id. Answered with `Peer`."""

    peer: str
    rights: Rights


class Machines(Question, frozen=True):
    """Answered with a list of `Machine`."""


class Look(Question, frozen=True):
    """The newest figures of a machine, by name or id. Answered with `Looked`."""

    host: str
    digest: str = ""
    """Of the catalog that the caller has."""
    processes: bool = False


AnyQuestion: TypeAlias = Share | Invite | Uninvite | Enrol | Withdraw | Join | Peers | Revoke | Allow | Machines | Look


class Known(msgspec.Struct, frozen=True):
    """A peer and how the link to it is now."""

    peer: Peer
    state: LinkState | None = None
    address: str = ""
    text: str = ""
    """Why it is not live, a sentence."""
    round_trip: float | None = None
    watching: bool = False


class Looked(msgspec.Struct, frozen=True):
    """The newest figures of a machine. ``values`` is null before the first."""

    machine: Machine
    catalog: m.Catalog | None = None
    """Null where the caller has it."""
    values: m.Values | None = None
    processes: m.Processes | None = None


class Trouble(msgspec.Struct, frozen=True):
    """It could not be done."""

    text: str
    kind: str
    """One of "refused", "unreachable", "wrong" or "failed"."""
    reason: int = 0


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to any question: a result or a trouble."""

    result: msgspec.Raw = msgspec.Raw(b"null")
    trouble: Trouble | None = None


class Console:
    """Answers questions of this user's commands. Lives on the engine's loop; `close` ends what it wants for them."""

    def __init__(
        self, fleet: FleetPort, store: Store, demand: Demand, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._demand = demand
        self._steady = steady
        self._claims: dict[str, tuple[float, list[Claim]]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def answer(self, data: bytes) -> bytes:
        """The reply to one question. Never raises but when cancelled."""
        try:
            question = msgspec.json.decode(data, type=AnyQuestion)
            reply = Reply(msgspec.Raw(msgspec.json.encode(await self._result(question))))
        except msgspec.DecodeError as error:
            reply = Reply(trouble=Trouble(f"a question that this version does not understand: {error}", "wrong"))
        except SysmonError as error:
            reply = Reply(trouble=_trouble(error))
        except OSError as error:
            log.warning("a command's question could not be answered: %s", error)
            reply = Reply(trouble=Trouble(str(error), "failed"))
        return msgspec.json.encode(reply)

    def close(self) -> None:
        """Want nothing any more. Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
        for host in list(self._claims):
            self._release(host)

    async def _result(self, question: AnyQuestion) -> object:
        fleet = self._fleet
        match question:
            case Share(on=None):
                return fleet.sharing()
            case Share():
                return await fleet.share(question.on is True)
            case Invite():
                return await fleet.invite()
            case Uninvite():
                await fleet.uninvite()
                return fleet.sharing()
            case Join():
                return await fleet.pair(question.where, question.code, publish=question.publish)
            case Enrol():
                return await fleet.enrol(question.uses, question.life)
            case Withdraw():
                return await fleet.withdraw()
            case Peers():
                return self._known()
            case Revoke():
                peer = self._peer(question.peer)
                await fleet.revoke(peer.id)
                return peer
            case Allow():
                return await fleet.change(self._peer(question.peer).id, rights=question.rights)
            case Machines():
                self._hold(EVERY_HOST, (FIGURES,))
                return self._store.machines()
            case Look():
                return self._look(question)

    def _peer(self, word: str) -> Peer:
        return named(self._fleet.peers(), word)

    def _known(self) -> list[Known]:
        links: dict[str, LinkReport] = {}
        for report in self._fleet.links():
            if report.peer not in links or report.state is LinkState.LIVE:
                links[report.peer] = report
        return [_known(peer, links.get(peer.id)) for peer in self._fleet.peers()]

    def _look(self, question: Look) -> Looked:
        self._hold(EVERY_HOST, (FIGURES,))
        machine = machine_named(self._store.machines(), question.host)
        host = machine.host
        if question.processes:
            self._hold(host, (PROCESSES, PROCESS_IO))
        batch = self._store.newest_batch(host)
        if batch is None:
            return Looked(machine)
        catalog = batch.catalog
        told = None
        if catalog.digest != question.digest:
            told = catalog_codec.whole(1, 1, m.Host(host, machine.name), catalog, 1.0)
        numbers = [value if value == value and abs(value) != _INFINITE else None for value in batch.values]
        values = m.Values(host, batch.epoch, batch.sequence, batch.time, numbers)
        table = self._store.processes(host) if question.processes else None
        rows = process_codec.difference(1, None, table, True) if table is not None else None
        return Looked(machine, told, values, rows)

    def _hold(self, host: str, topics: Iterable[str]) -> None:
        until = self._steady() + HELD
        if host in self._claims:
            self._claims[host] = (until, self._claims[host][1])
        else:
            self._claims[host] = (until, [self._demand.want(host, topic, 1.0) for topic in topics])
        self._let_go()

    def _let_go(self) -> None:
        """End what no command asked for lately, and look again when the next one is due."""
        now = self._steady()
        for host in [host for host, (until, _) in self._claims.items() if until <= now]:
            self._release(host)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._claims:
            due = min(until for until, _ in self._claims.values())
            self._timer = asyncio.get_running_loop().call_later(due - now, self._let_go)

    def _release(self, host: str) -> None:
        for claim in self._claims.pop(host)[1]:
            claim.release()


_INFINITE: Final = float("inf")


def _known(peer: Peer, report: LinkReport | None) -> Known:
    if report is None:
        return Known(peer)
    text = report.reason.sentence(peer.name) if report.reason is not None and report.state is not LinkState.LIVE else ""
    trip = report.round_trip if report.round_trip == report.round_trip else None
    return Known(peer, report.state, report.address, text, trip, report.watching)


def named(peers: tuple[Peer, ...], word: str) -> Peer:
    """The peer that ``word`` means: a name, an id, or the beginning of one. Raises ConfigError where it means none, or several."""
    found = [peer for peer in peers if word in (peer.id, peer.name)]
    if not found and len(word) >= _BEGINNING:
        found = [peer for peer in peers if peer.id.lower().startswith(word.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"several machines are called {word}: say which by its id, as `sysmon peers` lists it")
    raise ConfigError(f"no machine called {word} was paired; `sysmon peers` lists those that were")


_BEGINNING: Final = 6
"""Characters of an id that are enough to mean it."""


def machine_named(machines: list[Machine], word: str) -> Machine:
    """As `named`, of the machines that are shown."""
    found = [machine for machine in machines if word in (machine.host, machine.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"several machines are called {word}: say which by its id, as `sysmon peers` lists it")
    known = ", ".join(sorted(machine.name for machine in machines)[:10])
    hint = f"known are {known}" if known else "no machine was paired with this one yet, `sysmon pair` does that"
    raise ConfigError(f"no machine called {word} is watched here; {hint}")


_KINDS: Final = ((AuthRefused, "refused"), (Unreachable, "unreachable"), (ConfigError, "wrong"))


def _trouble(error: SysmonError) -> Trouble:
    kind = next((word for kind, word in _KINDS if isinstance(error, kind)), "failed")
    reason = error.reason.number if isinstance(error, (AuthRefused, Unreachable)) else 0
    return Trouble(str(error), kind, reason)
