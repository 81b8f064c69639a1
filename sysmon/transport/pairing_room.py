"""Letting others in: a code and a link for as long as the user shows them, and what becomes of those who try.

Open only between `open` and `close`, or while an enrolment file is valid. It closes by itself when somebody was
paired, after three wrong tries, when a man in the middle is seen, and when code and link have expired. Knows no screen.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Enrolment, Invitation, Peer
from sysmon.model.printable import printable
from sysmon.protocol.pairing import Inviter, Random, Secret, Step, refusal
from sysmon.protocol.pairing_code import CODE_LIFE, TRIES, new_code
from sysmon.protocol.pairing_link import LINK_LIFE, JoinLink, format_link, new_token
from sysmon.protocol.pairing_messages import Card
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.identity import id_of, proves
from sysmon.transport.pairing import LIMIT, acquaintance
from sysmon.transport.trust import TrustBook
from sysmon.transport.wire import Mailbox, Wire, WireLost

MOST_GUESTS: Final = 16
"""Who are served at a time; each takes 10 ms of computing."""
_TRIED: Final = frozenset({Reason.CODE_WRONG, Reason.WRONG_PIN, Reason.MAN_IN_THE_MIDDLE})
"""How an exchange ends in which somebody tried to prove that he knows the secret, and failed."""


@dataclass(frozen=True, slots=True)
class PairingNote:
    """What became of one who tried, for the audit list."""

    address: str
    peer: Peer | None = None
    """Who was paired."""
    reason: Reason | None = None
    """Why nobody was."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the user's screen shows now."""

    code: Secret
    token: Secret
    invitation: Invitation


class PairingRoom:
    """Everything on the engine's loop."""

    def __init__(
        self,
        trust: TrustBook,
        card: Callable[[], Card],
        *,
        enrolments: Enrolments | None = None,
        on_change: Callable[[], None] = lambda: None,
        on_note: Callable[[PairingNote], None] = lambda _note: None,
        now: Callable[[], float] = time.time,
        random: Random = secrets.token_bytes,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        """``card`` tells who this machine is, without its certificate, and where it listens; ``now`` is seconds since 1970.

        ``on_change`` is told when the invitation is another one or gone, ``on_note`` what became of each guest.
        """
        self._trust = trust
        self._card = card
        self._enrolments = enrolments
        self._on_change = on_change
        self._on_note = on_note
        self._now = now
        self._random = random
        self._below = below
        self._shown: _Shown | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._guests = 0

    @property
    def is_open(self) -> bool:
        """Whether anybody has to be listened to."""
        return self.invitation is not None or (self._enrolments is not None and self._enrolments.any())

    @property
    def invitation(self) -> Invitation | None:
        """What to show; None where pairing is closed."""
        if self._shown is None:
            return None
        shown, now = self._shown.invitation, self._now()
        return shown if now < shown.code_until or now < shown.link_until else None

    def open(self) -> Invitation:
        """Open, or show another code. A link that was shown stays good for as long as it was promised.

        Raises ConfigError where this machine listens nowhere.
        """
        addresses = self._addresses()
        now = self._now()
        code = new_code(self._below)
        before = self._shown
        if before is not None and now < before.invitation.link_until:
            token, link, link_until = before.token, before.invitation.link, before.invitation.link_until
        else:
            token = Secret.of_token(new_token(self._random))
            link = self._link(addresses, token.value)
            link_until = now + LINK_LIFE
        invitation = Invitation(code, now + CODE_LIFE, link, link_until, TRIES)
        self._show(_Shown(Secret.of_code(code), token, invitation))
        return invitation

    def enrol(self, uses: int, life: float) -> Enrolment:
        """Let ``uses`` machines in within ``life`` seconds, also after a restart. Raises ConfigError as `open` and `Enrolments.make`."""
        if self._enrolments is None:
            raise ConfigError("Enrolment files cannot be kept here.")
        addresses = self._addresses()
        made = self._enrolments.make(uses, life)
        self._on_change()
        return Enrolment(self._link(addresses, made.token), made.uses, made.until)

    def withdraw(self) -> int:
        """No enrolment file is valid any more; how many were. Raises ConfigError where that cannot be written down."""
        count = self._enrolments.withdraw() if self._enrolments is not None else 0
        self._on_change()
        return count

    def _addresses(self) -> tuple[str, ...]:
        addresses = tuple(self._card().addresses)
        if not addresses:
            raise ConfigError("This machine is not shared, so nobody could answer the code. Share it first.")
        return addresses

    def _link(self, addresses: tuple[str, ...], token: bytes) -> str:
        return format_link(JoinLink(addresses, self._trust.identity.id, token))

    def close(self) -> None:
        """What was shown is void from now on. Idempotent; enrolment files stay valid."""
        if self._shown is not None:
            self._show(None)

    def expire(self) -> None:
        """Close if the time is up. Called by itself when it should be."""
        if self._shown is not None and self.invitation is None:
            self.close()

    def _show(self, shown: _Shown | None) -> None:
        self._shown = shown
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if shown is not None:
            until = max(shown.invitation.code_until, shown.invitation.link_until)
            loop = asyncio.get_running_loop()
            self._expiry = loop.call_later(max(until - self._now(), 0.0) + 0.1, self.expire)
        self._on_change()

    # Who tries

    async def welcome(self, wire: Wire) -> bool:
        """Serve one who wants to be paired, and hang up; whether a peer came of it. Raises nothing; cancelling hangs up at once."""
        reason, joined = Reason.NOT_WANTED, False
        try:
            if self._guests >= MOST_GUESTS:
                wire.send(refusal(Reason.BUSY).send)
                reason = Reason.BUSY
                return False
            self._guests += 1
            try:
                async with asyncio.timeout(LIMIT):
                    reason, joined = await self._serve(wire)
            except TimeoutError:
                reason = Reason.GREETING_TIMEOUT
            finally:
                self._guests -= 1
        except WireLost:
            return joined
        finally:
            wire.close(reason)
        return joined

    async def _serve(self, wire: Wire) -> tuple[Reason, bool]:
        mailbox = Mailbox(wire)
        own = msgspec.structs.replace(self._card(), certificate=self._trust.identity.certificate)
        desk = _Desk(self)
        inviter = Inviter(own, desk, self._random)
        while True:
            step = inviter.receive(await mailbox.take())
            if step.ended:
                # Nothing is waited for between the proof and here: a code cannot be used twice.
                step = self._judge(step, desk.asked, own, wire.address)
            if step.send:
                wire.send(step.send)
            if step.ended:
                return step.reason or Reason.NOT_WANTED, step.met is not None

    def _judge(self, step: Step, asked: Secret | None, own: Card, address: str) -> Step:
        """What follows here from the end of an exchange; the step that the guest is told."""
        if step.met is not None:
            try:
                peer = acquaintance(self._trust, step.met, own, self._now())
                self._use(asked)
                self._trust.put(peer)
            except (AuthRefused, ConfigError, OSError) as error:
                self._on_note(PairingNote(address, reason=Reason.FAULT_HERE))
                return refusal(Reason.FAULT_HERE, printable(str(error)))
            self._on_note(PairingNote(address, peer))
            return step
        if not step.told:
            self._count(step.reason, asked, address)
        return step

    def _use(self, asked: Secret | None) -> None:
        """A secret was used up. Raises ConfigError where that cannot be written down."""
        if asked is not None and self._shown is not None and asked in (self._shown.code, self._shown.token):
            self.close()
        elif asked is not None and self._enrolments is not None:
            self._enrolments.use(asked.slot)
            self._on_change()

    def _count(self, reason: Reason | None, asked: Secret | None, address: str) -> None:
        """A guest was refused: enough wrong tries close the room.

        Noise is not noted: whoever may send it would push everything else out of the audit list.
        """
        if reason not in _TRIED:
            return
        self._on_note(PairingNote(address, reason=reason))
        shown = self._shown
        if shown is None or asked not in (shown.code, shown.token):
            return
        if reason is Reason.MAN_IN_THE_MIDDLE:
            self.close()
        else:
            left = shown.invitation.tries_left - 1
            if left <= 0:
                self.close()
            else:
                invitation = replace(shown.invitation, tries_left=left)
                self._show(_Shown(shown.code, shown.token, invitation))

    def secret(self, link: bool, slot: bytes) -> Secret | Reason:
        """What is open for one who names ``slot``; see `protocol.pairing.Desk`."""
        now, shown = self._now(), self._shown
        if not link:
            if shown is None or self.invitation is None:
                return Reason.PAIRING_CLOSED
            return shown.code if now < shown.invitation.code_until else Reason.CODE_EXPIRED
        if shown is not None and slot == shown.token.slot and now < shown.invitation.link_until:
            return shown.token
        found = self._enrolments.find(slot) if self._enrolments is not None else None
        return found if found is not None else Reason.CODE_EXPIRED


class _Desk:
    """The room, as one guest's exchange sees it."""

    def __init__(self, room: PairingRoom) -> None:
        self._room = room
        self.asked: Secret | None = None
        """What the guest wants to prove."""

    def secret(self, link: bool, slot: bytes) -> Secret | Reason:
        found = self._room.secret(link, slot)
        if self.asked is None and isinstance(found, Secret):
            self.asked = found
        return found

    def proves(self, certificate: bytes, content: bytes, signature: bytes) -> bool:
        try:
            id_of(certificate)
        except ValueError:
            return False  # a good signature, but no certificate that can be pinned
        return proves(certificate, content, signature)
