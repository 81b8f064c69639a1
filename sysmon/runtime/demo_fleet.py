"""The fleet of ``--demo``: links of machines that do not exist, with everything that may happen to links.

Behaves as a real `FleetPort`: links go on by themselves, count down and fail; a machine can be found, paired with the
code that this program shows, renamed, revoked. Opens no socket, and writes nothing.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from sysmon.model.errors import AuthRefused, ConfigError, Unreachable
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.machine import DEMO_LABEL
from sysmon.model.peer import Enrolment, Found, Invitation, Peer, Sharing
from sysmon.model.printable import printable
from sysmon.runtime.demo_links import DemoLink
from sysmon.runtime.demo_roles import ROLES, Role
from sysmon.runtime.demo_scene import NEIGHBOUR_FIGURES, NEIGHBOURS, OWN_ID, OWN_NAME, scene

PORT: Final = 4870
_OWN_ADDRESS: Final = f"192.0.2.10:{PORT}"
"""Kept for documentation (RFC 5737)."""
CODE_LIFE: Final = 120.0
LINK_LIFE: Final = 600.0
"""Seconds that a code and a link are good for."""
CODES: Final = ("granite-lantern-otter", "copper-meadow-falcon", "amber-anchor-maple", "silver-canyon-heron")
"""Shown in turn."""
_TOKENS: Final = tuple("demo" * 6 + letter + "a" for letter in "abcd")
_TRIES: Final = 3


class DemoFleet:
    """A `FleetPort` of its own. What is read may be read on any thread."""

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        roles: Sequence[Role] = ROLES,
    ) -> None:
        """``now``: seconds since 1970; ``pause`` waits some seconds; ``roles``: this machine and those that it knows.

        With this machine alone nobody is known and nothing is shared.
        """
        self._now, self._pause = now, pause
        self._lock = threading.RLock()
        self._changes = 1
        self._began = now()
        empty = len(roles) == 1
        links, peers = scene(self._began, roles)
        self._links: dict[str, DemoLink] = {link.link: link for link in links}
        self._peers: dict[str, Peer] = {peer.id: peer for peer in peers}
        self._gone: list[LinkStep] = []
        self._sharing = Sharing() if empty else Sharing(True, (_OWN_ADDRESS,), PORT, announced=True)
        self._looking_since = math.nan
        self._codes: dict[str, float] = {}
        """Codes and links that were shown here, and until when they are good: what the simulated machines take."""
        self._wrong: dict[str, int] = {}
        self.on_paired: Callable[[Peer], None] = _nothing
        self.on_revoked: Callable[[str], None] = _nothing
        self._audit: list[str] = []
        if not empty:
            self._note("laptop was paired with this machine")

    # --- what is read -------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        with self._lock:
            return self._changes + int(self._now() - self._began)

    @property
    def own_id(self) -> str:
        return OWN_ID

    def links(self) -> tuple[LinkReport, ...]:
        with self._lock:
            return tuple(link.report() for link in self._moved())

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        with self._lock:
            known = [step for made in self._moved() for step in made.steps]
            told = sorted((*self._gone, *known), key=lambda step: step.time)
            return tuple(step for step in told if step.time >= since and link in ("", step.link))

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        with self._lock:
            found = self._links.get(link)
            return tuple(found.trips) if found is not None else ()

    def peers(self) -> tuple[Peer, ...]:
        with self._lock:
            return tuple(self._peers.values())

    def sharing(self) -> Sharing:
        with self._lock:
            invitation = self._sharing.invitation
            if invitation is not None and self._now() > max(invitation.code_until, invitation.link_until):
                self._sharing = replace(self._sharing, invitation=None)
            return self._sharing

    def found(self) -> tuple[Found, ...]:
        """One more each half second after `look_around`."""
        with self._lock:
            passed = self._now() - self._looking_since
            if not passed >= 0.0:
                return ()
            seen = NEIGHBOURS[: int(passed / 0.5)]
            return tuple(replace(found, paired=found.id in self._peers) for found in seen)

    def audit(self, most: int = 200) -> tuple[str, ...]:
        with self._lock:
            return tuple(reversed(self._audit[-most:]))

    def _moved(self) -> list[DemoLink]:
        now = self._now()
        for link in self._links.values():
            link.advance(now)
        return list(self._links.values())

    # --- what is asked ------------------------------------------------------------------------------

    async def share(self, on: bool) -> Sharing:
        with self._lock:
            self._changed(f"sharing was switched {'on' if on else 'off'}")
            self._sharing = Sharing(True, (_OWN_ADDRESS,), PORT, announced=True) if on else Sharing()
            if not on:
                for link in [link for link in self._links.values() if not link.dialled]:
                    self._remove(link, Reason.STOPPING_HERE)
            return self._sharing

    async def invite(self) -> Invitation:
        with self._lock:
            if not self._sharing.on:
                raise ConfigError("This machine is not shared. Share it first, then show a code.")
            now = self._now()
            code = CODES[len(self._codes) // 2 % len(CODES)]
            link = f"sysmon://{_OWN_ADDRESS}/#{OWN_ID}.{_TOKENS[len(self._codes) // 2 % len(_TOKENS)]}"
            made = Invitation(code, now + CODE_LIFE, link, now + LINK_LIFE, _TRIES)
            self._codes |= {code: made.code_until, link: made.link_until}
            self._wrong.clear()
            self._sharing = replace(self._sharing, invitation=made)
            self._changed("pairing was opened")
            return made

    async def uninvite(self) -> None:
        with self._lock:
            if self._sharing.invitation is not None:
                self._sharing = replace(self._sharing, invitation=None)
                self._changed("pairing was closed")

    async def enrol(self, uses: int, life: float) -> Enrolment:  # noqa: ARG002  # as the real one
        raise ConfigError("Simulated machines are not enrolled.")

    async def withdraw(self) -> int:
        return 0

    async def look_around(self, on: bool) -> None:
        with self._lock:
            if not on:
                self._looking_since = math.nan
            elif math.isnan(self._looking_since):
                self._looking_since = self._now()
            self._changes += 1

    async def pair(self, where: str, code: str = "", *, publish: bool = False) -> Peer:  # noqa: ARG002
        """Cancelling leaves everything as it was."""
        target = where.strip()
        await self._pause(0.4)
        found = self._at(target)
        if target.startswith("ssh://"):
            peer = Peer(f"ssh:{target}", found.name, addresses=(target,), added=self._now())
        else:
            self._check(found, target if target.startswith("sysmon://") else code)
            peer = Peer(found.id, found.name, b"demo", (found.address,), added=self._now())
        await self._pause(0.3)
        with self._lock:
            self._peers[peer.id] = peer
            link = DemoLink(peer.id, peer.name, peer.addresses[0], self._now(), NEIGHBOUR_FIGURES)
            link.state = LinkState.DISABLED
            link.come_up(self._now())
            self._links[link.link] = link
            self._changed(f"{peer.name} was paired with this machine")
        self.on_paired(peer)
        return peer

    def _at(self, target: str) -> Found:
        """Who answers there. Raises Unreachable where nobody does, AuthRefused for ourselves."""
        if target.startswith("sysmon://"):
            if target not in self._codes:
                raise Unreachable(Reason.CONNECT_TIMEOUT, printable(target.partition("#")[0]))
            return NEIGHBOURS[0]
        place = target.removeprefix("ssh://").rpartition("@")[2]
        host = place.rpartition(":")[0] or place
        if place == _OWN_ADDRESS or host in (OWN_NAME, "localhost"):
            raise AuthRefused(Reason.SELF)
        known = (found for found in NEIGHBOURS if host in (found.name, found.address.rpartition(":")[0]))
        found = next(known, None)
        if found is None:
            reason = Reason.SSH_FAILED if target.startswith("ssh://") else Reason.NAME_UNKNOWN
            raise Unreachable(reason, printable(host))
        return found

    def _check(self, found: Found, secret: str) -> None:
        """Whether ``found`` takes ``secret``. Raises AuthRefused where not."""
        with self._lock:
            until = self._codes.get(secret.strip().lower().replace(" ", "-"), self._codes.get(secret))
            if until is not None and self._now() <= until and self._wrong.get(found.id, 0) < _TRIES:
                return
            if until is not None and self._now() > until:
                reason = Reason.CODE_EXPIRED
            elif not self._codes or self._wrong.get(found.id, 0) >= _TRIES:
                reason = Reason.PAIRING_CLOSED
            else:
                reason = Reason.CODE_WRONG
                self._wrong[found.id] = self._wrong.get(found.id, 0) + 1
            self._changed(f"pairing with {found.name} was refused: {reason.name.lower()}")
        raise AuthRefused(reason, found.name)

    async def revoke(self, peer: str) -> None:
        with self._lock:
            known = self._known(peer)
            del self._peers[peer]
            for link in [link for link in self._links.values() if link.peer == peer]:
                self._remove(link, Reason.REVOKED)
            self._changed(f"{known.name} was revoked")
        self.on_revoked(peer)

    async def change(
        self,
        peer: str,
        *,
        name: str | None = None,
        rights: Rights | None = None,
        watched: bool | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> Peer:
        with self._lock:
            known = self._known(peer)
            changed = replace(
                known,
                name=known.name if name is None else name,
                rights=known.rights if rights is None else rights,
                watched=known.watched if watched is None else watched,
                tags=known.tags if tags is None else tags,
            )
            self._peers[peer] = changed
            for link in self._links.values():
                if link.peer == peer:
                    link.name = changed.name
            self._changed(f"{changed.name} was changed")
            return changed

    def desk(self, host: str) -> str:
        del host
        return "this is demo data: the machine is simulated"

    def set_calm(self, calm: bool) -> None:
        """Simulated machines cost nothing."""

    async def retry(self, link: str = "") -> None:
        with self._lock:
            now = self._now()
            for made in self._moved():
                if made.state in (LinkState.BACKOFF, LinkState.REFUSED) and link in ("", made.link):
                    if made.state is LinkState.REFUSED:
                        made.refuse(now, made.reason or Reason.WRONG_PIN)
                    else:
                        made.fail(now, made.reason or Reason.NOBODY_LISTENS)
            self._changes += 1

    # --- parts --------------------------------------------------------------------------------------

    def _known(self, peer: str) -> Peer:
        found = self._peers.get(peer)
        if found is None:
            raise ConfigError("This machine is not among the paired ones any more.")
        return found

    def _remove(self, link: DemoLink, reason: Reason) -> None:
        link.step(self._now(), LinkState.CLOSING, reason)
        self._gone += link.steps
        del self._links[link.link]

    def _changed(self, what: str) -> None:
        self._changes += 1
        self._note(what)

    def _note(self, what: str) -> None:
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self._now()))
        self._audit.append(f"{moment} {DEMO_LABEL}: {what}")


def _nothing(_: object) -> None: ...
