"""Two sides of a pairing without anything between them, for tests; signatures are played by HMAC."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sysmon.model.link import Reason
from sysmon.protocol.pairing import Guest, Inviter, Secret, Step
from sysmon.protocol.pairing_messages import Card

GUEST = b"certificate of the guest"
INVITER = b"certificate of the inviter"
CODE = Secret.of_code("granite-lantern-otter")


def sign(certificate: bytes) -> Callable[[bytes], bytes]:
    return lambda content: hmac.digest(certificate, content, "sha256")


@dataclass
class FakeDesk:
    """What the inviter has open."""

    open: Secret | Reason = CODE
    asked: list[tuple[bool, bytes]] = field(default_factory=list)

    def secret(self, link: bool, slot: bytes) -> Secret | Reason:
        self.asked.append((link, slot))
        if isinstance(self.open, Secret) and (self.open.link, self.open.slot) != (link, slot):
            return Reason.CODE_EXPIRED
        return self.open

    def proves(self, certificate: bytes, content: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(signature, sign(certificate)(content))


def inviter(desk: FakeDesk | None = None, seed: int = 1, **card: object) -> Inviter:
    chance = Random(seed)
    return Inviter(Card("atlas", INVITER, **card), desk or FakeDesk(), chance.randbytes)


def guest(secret: Secret = CODE, sees: bytes = INVITER, seed: int = 2, **card: object) -> Guest:
    """``sees`` is the certificate that the other side shows."""
    chance = Random(seed)
    return Guest(Card("desk", GUEST, **card), secret, sees, sign(GUEST), chance.randbytes)


def talk(here: Guest, there: Inviter) -> tuple[Step, Step]:
    """Pass messages to and fro until nobody has anything to say; how it ended for guest and inviter."""
    said = here.begin()
    theirs = Step()
    while True:
        theirs = there.receive(said) if not theirs.ended else theirs
        if not theirs.send:
            return Step(), theirs
        ours = here.receive(theirs.send)
        if not ours.send or theirs.ended:
            return ours, theirs
        said = ours.send
        if ours.ended:
            return ours, there.receive(said)
