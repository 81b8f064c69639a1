"""Pairing: two machines that share a code or a token learn each other's certificates, and nobody between them does.

SPAKE2 (RFC 9382) makes a strong key of the secret: who does not know it gets one guess for each exchange, and the
guess is seen. The certificates are bound in one step later than in the RFC, where they would be part of the transcript
from which the key is made: so a wrong code can be told from a man in the middle. Each side proves two things about the
key, first that it has it (the secret was right), then that it saw the same messages and the same two certificates;
who passes on messages between two TLS connections of his own has other certificates to show, and fails the second.
The guest proves first, so the inviter gives nothing away to one who guesses.

Bytes in, bytes out; knows no connection and no clock. Chance is given.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, cast

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.protocol.pairing_link import token_slot
from sysmon.protocol.pairing_messages import (
    VERSION,
    AnyPairing,
    Ask,
    Card,
    Done,
    Offer,
    Proof,
    Refuse,
    clean,
    decode,
    encode,
)

Random = Callable[[int], bytes]
"""So many bytes of chance; `secrets.token_bytes`."""
_LABEL: Final = b"sysmon pairing v1 "
_TOLD: Final = frozenset(
    {
        Reason.CODE_WRONG, Reason.CODE_EXPIRED, Reason.PAIRING_CLOSED, Reason.MAN_IN_THE_MIDDLE, Reason.VERSION,
        Reason.SELF, Reason.WRONG_PIN, Reason.BUSY, Reason.RATE_LIMITED, Reason.NOT_ALLOWED, Reason.BAD_FRAME,
        Reason.OUT_OF_TURN, Reason.TOO_LARGE, Reason.FAULT_HERE, Reason.STOPPING_HERE,
    }
)  # fmt: skip
"""Reasons that a side may give for refusing."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from a message."""

    send: bytes = b""
    """To be sent, if anything."""
    ended: bool = False
    """Nothing is taken any more: either `met` or `reason` is set."""
    reason: Reason | None = None
    told: bool = False
    """Whether `reason` is what the other side said."""
    met: Card | None = None
    """The other side, proved; its name is printable and its addresses can be dialled."""
    text: str = ""
    """For the log, printable."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What both sides know: the words of a code, or the token of a link."""

    value: bytes
    link: bool

    @classmethod
    def of_code(cls, code: str) -> Secret:
        """``code`` as `pairing_code` spells it."""
        return cls(code.encode(), link=False)

    @classmethod
    def of_token(cls, token: bytes) -> Secret:
        return cls(token, link=True)

    @property
    def slot(self) -> bytes:
        return token_slot(self.value) if self.link else b""

    @property
    def password(self) -> bytes:
        return (b"link " if self.link else b"code ") + self.value


class Desk(Protocol):
    """Where the inviter asks what is open at this moment, and whether a signature is good."""

    def secret(self, link: bool, slot: bytes) -> Secret | Reason:
        """The secret that is asked for, or why there is none."""
        ...

    def proves(self, certificate: bytes, content: bytes, signature: bytes) -> bool:
        """Whether the owner of ``certificate`` signed ``content``; False also for what is no certificate."""
        ...


class _Half:
    """What both sides have in common."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._ended = False

    def receive(self, data: bytes) -> Step:
        """Take a message. Never raises; after the end nothing happens any more."""
        if self._ended:
            return Step(ended=True, reason=Reason.OUT_OF_TURN)
        try:
            message = decode(data)
            if isinstance(message, Refuse):
                reason = Reason.of(message.reason)
                step = Step(ended=True, reason=reason if reason in _TOLD else Reason.UNKNOWN, told=True)
            else:
                step = self._take(message, data)
        except RemoteProtocolError as error:
            step = refusal(error.reason, str(error))
        self._ended = step.ended
        return step

    def _take(self, message: AnyPairing, data: bytes) -> Step:
        raise NotImplementedError


class Inviter(_Half):
    """The side that showed the code."""

    def __init__(self, card: Card, desk: Desk, random: Random) -> None:
        """``card`` has the certificate that this machine showed in TLS."""
        super().__init__(card)
        self._desk = desk
        self._random = random
        self._secret: Secret | None = None
        self._key = b""
        self._seen = b""
        self._guest = Card("")

    def _take(self, message: AnyPairing, data: bytes) -> Step:
        if isinstance(message, Ask) and self._secret is None:
            return self._offer(message, data)
        if isinstance(message, Proof) and self._secret is not None:
            return self._judge(message, self._secret)
        return refusal(Reason.OUT_OF_TURN)

    def _offer(self, ask: Ask, data: bytes) -> Step:
        if ask.version != VERSION:
            return refusal(Reason.VERSION)
        if ask.card.certificate == self._card.certificate:
            return refusal(Reason.SELF)
        secret = self._desk.secret(ask.link, ask.slot)
        if isinstance(secret, Reason):
            return refusal(secret)
        exchange = _exchange(secret, guest=False, random=self._random)
        answer = encode(Offer(exchange.start(), self._card))
        self._key = _finish(exchange, ask.share)
        self._seen = seen(data, answer, ask.card.certificate, self._card.certificate)
        self._secret, self._guest = secret, ask.card
        return Step(answer)

    def _judge(self, proof: Proof, secret: Secret) -> Step:
        # Meanwhile the code may have been used by another, guessed at too often, or have expired.
        still = self._desk.secret(secret.link, secret.slot)
        if isinstance(still, Reason):
            return refusal(still)
        if still != secret:
            return refusal(Reason.CODE_EXPIRED)
        if not hmac.compare_digest(proof.code, mac(self._key, b"code guest", b"")):
            return refusal(Reason.CODE_WRONG)
        if not hmac.compare_digest(proof.bound, mac(self._key, b"bound guest", self._seen)):
            return refusal(Reason.MAN_IN_THE_MIDDLE)
        if not self._desk.proves(self._guest.certificate, signed(self._seen), proof.signature):
            return refusal(Reason.WRONG_PIN, "the guest has not the key of its certificate")
        done = Done(mac(self._key, b"code inviter", b""), mac(self._key, b"bound inviter", self._seen))
        return Step(encode(done), ended=True, met=clean(self._guest))


class Guest(_Half):
    """The side on which the code was typed."""

    def __init__(
        self, card: Card, secret: Secret, certificate: bytes, sign: Callable[[bytes], bytes], random: Random
    ) -> None:
        """``certificate`` is what the other side showed in TLS, ``sign`` signs with the key of the one in ``card``."""
        super().__init__(card)
        self._secret = secret
        self._certificate = certificate
        self._sign = sign
        self._random = random
        self._exchange: _Exchange | None = None
        self._asked = b""
        self._key = b""
        self._seen = b""
        self._inviter = Card("")

    def begin(self) -> bytes:
        """The first message. To be called once, before anything else."""
        self._exchange = _exchange(self._secret, guest=True, random=self._random)
        ask = Ask(VERSION, self._secret.link, self._secret.slot, self._exchange.start(), self._card)
        self._asked = encode(ask)
        return self._asked

    def _take(self, message: AnyPairing, data: bytes) -> Step:
        if isinstance(message, Offer) and self._exchange is not None and not self._key:
            return self._prove(message, data, self._exchange)
        if isinstance(message, Done) and self._key:
            return self._judge(message)
        return refusal(Reason.OUT_OF_TURN)

    def _prove(self, offer: Offer, data: bytes, exchange: _Exchange) -> Step:
        if self._certificate == self._card.certificate:
            return refusal(Reason.SELF)
        self._key = _finish(exchange, offer.share)
        # The certificate that TLS showed counts, whatever stands in the message: that is what binds the two.
        self._seen = seen(self._asked, data, self._card.certificate, self._certificate)
        self._inviter = offer.card
        code, bound = mac(self._key, b"code guest", b""), mac(self._key, b"bound guest", self._seen)
        return Step(encode(Proof(code, bound, self._sign(signed(self._seen)))))

    def _judge(self, done: Done) -> Step:
        code = hmac.compare_digest(done.code, mac(self._key, b"code inviter", b""))
        bound = hmac.compare_digest(done.bound, mac(self._key, b"bound inviter", self._seen))
        # One who says that all is well without having the key is not the machine that showed the code.
        if not code or not bound or self._inviter.certificate != self._certificate:
            return Step(ended=True, reason=Reason.MAN_IN_THE_MIDDLE)
        return Step(ended=True, met=clean(self._inviter))


class _Exchange(Protocol):
    """One side of SPAKE2; the library is not annotated."""

    def start(self) -> bytes: ...

    def finish(self, inbound_side_and_message: bytes) -> bytes: ...


def _exchange(secret: Secret, *, guest: bool, random: Random) -> _Exchange:
    # Imported where it is used: 12 MB that only pairing needs.
    from spake2 import SPAKE2_A, SPAKE2_B

    side = SPAKE2_A if guest else SPAKE2_B
    return cast("_Exchange", side(secret.password, _LABEL + b"guest", _LABEL + b"inviter", entropy_f=random))


def _finish(exchange: _Exchange, share: bytes) -> bytes:
    """The key. Raises RemoteProtocolError for a share that is no point of the group, or our own sent back."""
    from spake2 import SPAKEError
    from spake2.ed25519_basic import NotOnCurve

    try:
        return exchange.finish(share)
    except (SPAKEError, NotOnCurve, ValueError, AssertionError) as error:
        raise RemoteProtocolError(f"no share of a key: {type(error).__name__}") from None


def seen(ask: bytes, offer: bytes, guest: bytes, inviter: bytes) -> bytes:
    """What one side saw of the exchange: both messages, and the certificates of guest and inviter in DER."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in (ask, offer, guest, inviter))).digest()


def signed(what: bytes) -> bytes:
    """What the guest signs of what it saw."""
    return _LABEL + b"signature" + what


def mac(key: bytes, label: bytes, content: bytes) -> bytes:
    """HMAC-SHA-256 with a key of its own for each label (HKDF-Expand of RFC 5869, one block)."""
    own = hmac.digest(key, _LABEL + label + b"\x01", "sha256")
    return hmac.digest(own, content, "sha256")


def refusal(reason: Reason, text: str = "") -> Step:
    """Refuse the other side for ``reason``, and tell it."""
    return Step(encode(Refuse(reason.number)), ended=True, reason=reason, text=text)
