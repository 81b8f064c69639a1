"""What two machines say to each other while they are paired: five messages in MessagePack, sub-protocol ``sysmon.pair.v1``.

    guest → inviter   ask      who I am, whom I would watch, my half of the key exchange
    inviter → guest   offer    the same of the other side
    guest → inviter   proof    that I know the code, that I see the same certificates, that mine is mine
    inviter → guest   done     the same, and: you are kept
    either way        refuse   a numbered reason instead; the end

Knows nothing of when which is said.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.messages import Message, Name, Whole
from sysmon.protocol.pairing_link import clean_addresses

SPELLING: Final = "sysmon.pair.v1"
PATH: Final = "/pair"
MAX_FRAME: Final = 8192
LONGEST_NAME: Final = 64
VERSION: Final = 1

Mac: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]
Share: TypeAlias = Annotated[bytes, Meta(max_length=64)]


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who a side says it is, and what it wants. Nothing of it is believed before both have proved that they know the code."""

    name: Name
    certificate: Annotated[bytes, Meta(max_length=2048)] = b""
    """DER. The inviter's stands here too, and must be the one that TLS showed."""
    addresses: Annotated[list[Name], Meta(max_length=16)] = []
    """Where it listens: "host:port"."""
    watch: bool = True
    """Whether it will show the other's figures."""
    shown: bool = True
    """Whether the other may see its own."""
    hub: bool = False


class Ask(Message):
    version: Whole
    link: bool
    """Whether the secret is the token of a link; else it is a code."""
    slot: Annotated[bytes, Meta(max_length=16)]
    """Which token; see `pairing_link.token_slot`. Empty for a code."""
    share: Share
    card: Card


class Offer(Message):
    share: Share
    card: Card


class Proof(Message):
    code: Mac
    """Proves the secret."""
    bound: Mac
    """Proves that both saw the same messages and certificates."""
    signature: Annotated[bytes, Meta(max_length=128)]
    """Proves that the guest has the key of its certificate."""


class Done(Message):
    code: Mac
    bound: Mac


class Refuse(Message):
    reason: Whole


AnyPairing: TypeAlias = Ask | Offer | Proof | Done | Refuse

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(AnyPairing)


def encode(message: AnyPairing) -> bytes:
    return _ENCODER.encode(message)


def decode(data: bytes) -> AnyPairing:
    """The message. Raises RemoteProtocolError: here nothing is skipped, as both sides prove every byte."""
    if len(data) > MAX_FRAME:
        raise RemoteProtocolError(f"a message of {len(data)} bytes", Reason.TOO_LARGE)
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RemoteProtocolError(printable(str(error)[:200])) from None


def clean(card: Card) -> Card:
    """``card`` with a name that can be printed and addresses that can be dialled."""
    name = printable(card.name.strip())[:LONGEST_NAME] or "unnamed"
    return msgspec.structs.replace(card, name=name, addresses=list(clean_addresses(card.addresses)))
