"""The links to other machines as a part of the engine: who is shared with, who is watched, who is let in.

Nothing of it is loaded and no socket is open until this machine is shared or knows a peer: a desktop that watches
only itself pays nothing. Lives on the engine's loop; what is only read may be read on any thread.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sysmon.model.link import Rights
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Enrolment, Found, Invitation, Peer, Sharing
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace
from sysmon.runtime.fleet_steps import FleetSteps

if TYPE_CHECKING:
    from sysmon.runtime.desk import Desk
    from sysmon.runtime.fleet_core import FleetCore

log = logging.getLogger(__name__)

PEERS_FILE: Final = "peers.json"
PULSE: Final = 1.0
"""Seconds between two looks at all links: countdowns, rates, machines."""


class Fleet:
    """See `fleet_port.FleetPort`; this is the real one. `start` and `stop` belong to the engine."""

    def __init__(
        self, place: FleetPlace, options: FleetOptions, *, on_share: Callable[[bool], None] = lambda _: None
    ) -> None:
        """``on_share`` is told when the user switches sharing, so that it is remembered."""
        self.place = place
        self.options = options
        self.log_of_steps = FleetSteps()
        self._on_share = on_share
        self._core: FleetCore | None = None
        self._opening = asyncio.Lock()
        self._tasks: TaskOwner | None = None
        self._version = 0
        self._sharing = Sharing()
        self._found: tuple[Found, ...] = ()
        self._links: tuple[LinkReport, ...] = ()
        self._calm = False
        self._look_soon: asyncio.Handle | None = None

    # --- life ---------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open what the settings and the peers ask for. Never fails: what does not work is said by `sharing`. Idempotent."""
        if self._tasks is not None:
            return
        self._tasks = TaskOwner("fleet")
        if self.options.on or (self.place.folder / PEERS_FILE).exists():
            await self._open()
            if self.options.on:
                await self._listen()

    async def stop(self) -> None:
        """Say goodbye, close everything, within about three seconds. Idempotent."""
        tasks, core = self._tasks, self._core
        self._tasks = self._core = None
        if self._look_soon is not None:
            self._look_soon.cancel()
            self._look_soon = None
        if tasks is not None:
            await tasks.close(limit=1.0)
        if core is not None:
            await core.close()

    async def _open(self) -> FleetCore:
        async with self._opening:
            if self._core is None:
                if self._tasks is None:
                    raise RuntimeError("the fleet does not run")
                from sysmon.runtime.fleet_core import FleetCore

                self._core = FleetCore(self.place, self.options, self._stepped, self._changed)
                self._core.set_calm(self._calm)
                self._core.begin()
                self._look()
                self._tasks.start("pulse", self._pulse())
            return self._core

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(PULSE)
            self._look()

    def _changed(self) -> None:
        """Something else than a rate changed: do not wait for the pulse. Changes come in groups."""
        self._version += 1
        if self._look_soon is None and self._core is not None:
            self._look_soon = asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        if self._look_soon is not None:
            self._look_soon.cancel()
            self._look_soon = None
        core = self._core
        if core is not None:
            self._links = core.pulse(time.time())
            self._sharing = core.sharing()
            self._found = core.presence.found
        self._version += 1

    def _stepped(self, step: LinkStep) -> None:
        self.log_of_steps.add(step)
        self.place.bus.publish(step)
        self._version += 1

    # --- what is read -------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        return self._version

    @property
    def own_id(self) -> str:
        return self._core.own if self._core is not None else ""

    def links(self) -> tuple[LinkReport, ...]:
        return self._links

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        return self.log_of_steps.since(link, since)

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        return self._core.trips(link) if self._core is not None else ()

    def peers(self) -> tuple[Peer, ...]:
        return self._core.peers() if self._core is not None else ()

    def sharing(self) -> Sharing:
        return self._sharing

    def found(self) -> tuple[Found, ...]:
        return self._found

    def desk(self, host: str) -> Desk | str:
        """What can be asked about processes of ``host``, another machine; or why nothing can. Any thread."""
        core = self._core
        return core.questions.desk(host) if core is not None else "there is no connection to it"

    def audit(self, most: int = 200) -> tuple[str, ...]:
        from sysmon.runtime.fleet_audit import FleetAudit

        try:
            return FleetAudit(self.place.state).newest(most)
        except OSError as error:
            return (f"The list cannot be read: {error.strerror or error}",)

    # --- what is done -------------------------------------------------------------------------------

    def set_calm(self, calm: bool) -> None:
        """Nobody looks at present: ask for a fifth of the figures. On the engine's loop."""
        self._calm = calm
        if self._core is not None:
            self._core.set_calm(calm)

    async def reconfigure(self, options: FleetOptions) -> None:
        """Follow changed settings: addresses, port, name, whether others find us."""
        before, self.options = self.options, options
        if self._core is not None:
            self._core.set_options(options)
        if options.on and (not before.on or _listens_elsewhere(before, options)):
            await self._listen()
        elif before.on and not options.on and self._core is not None:
            await self._core.unlisten()
        self._look()

    def follow(self, options: FleetOptions) -> None:
        """`reconfigure` in the background. On the engine's loop."""
        if self._tasks is not None and options != self.options:
            now = self.options
            kept = replace(options, relays=now.relays, shows=now.shows, ordered=now.ordered)
            self._tasks.start("settings", self.reconfigure(kept))

    async def share(self, on: bool) -> Sharing:
        if on != self.options.on:
            await self.reconfigure(replace(self.options, on=on))
            self._on_share(on)
        return self._sharing

    async def _listen(self) -> None:
        core = await self._open()
        await core.listen()
        self._look()

    async def invite(self) -> Invitation:
        core = await self._shared()
        invitation = core.pairing.invite()
        self._look()
        return invitation

    async def _shared(self) -> FleetCore:
        """The core, once this machine is shared or could not be."""
        core = await self._open()
        if not core.sharing().on:
            await self.share(True)
        return core

    async def enrol(self, uses: int, life: float) -> Enrolment:
        core = await self._shared()
        made = core.pairing.enrol(uses, life)
        core.note(f"an enrolment file for {uses} machines was made")
        return made

    async def withdraw(self) -> int:
        core = await self._open()
        count = core.pairing.withdraw()
        core.note(f"{count} enrolment files were withdrawn")
        return count

    async def uninvite(self) -> None:
        if self._core is not None:
            self._core.pairing.uninvite()
            self._look()

    async def look_around(self, on: bool) -> None:
        if on or self._core is not None:
            await (await self._open()).presence.look_around(on)
            self._look()

    async def pair(self, where: str, code: str = "", *, publish: bool = False) -> Peer:
        peer = await (await self._open()).pair(where, code, publish=publish)
        self._look()
        return peer

    async def revoke(self, peer: str) -> None:
        (await self._open()).revoke(peer)
        self._look()

    async def change(
        self,
        peer: str,
        *,
        name: str | None = None,
        rights: Rights | None = None,
        watched: bool | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> Peer:
        core = await self._open()
        known = core.peer(peer)
        changed = replace(
            known,
            name=known.name if name is None else name,
            rights=known.rights if rights is None else rights,
            watched=known.watched if watched is None else watched,
            tags=known.tags if tags is None else tags,
        )
        core.put(changed)
        self._look()
        return changed

    async def retry(self, link: str = "") -> None:
        if self._core is not None:
            self._core.retry(link)
            self._look()


def _listens_elsewhere(before: FleetOptions, after: FleetOptions) -> bool:
    return (before.addresses, before.port, before.announce, before.name) != (
        after.addresses,
        after.port,
        after.announce,
        after.name,
    )
