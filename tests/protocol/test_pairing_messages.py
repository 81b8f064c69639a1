"""Messages of pairing come back; bytes of strangers become one of them or an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.pairing_messages import MAX_FRAME, Ask, Card, Done, Offer, Proof, Refuse, clean, decode, encode

CARD = Card("desk", b"der", ["desk:1"], watch=False, hub=True)


@pytest.mark.parametrize(
    "message",
    [
        Ask(1, True, b"slot", b"share", CARD),
        Offer(b"share", CARD),
        Proof(bytes(32), bytes(32), b"signature"),
        Done(bytes(32), bytes(32)),
        Refuse(24),
    ],
)
def test_each_message_comes_back(message: Ask | Offer | Proof | Done | Refuse) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Ask(1, True, b"s" * 17, b"", CARD),
        Ask(-1, True, b"", b"", CARD),
        Offer(b"s" * 65, CARD),
        Offer(b"", Card("n" * 257)),
        Offer(b"", Card("n", b"c" * 2049)),
        Offer(b"", Card("n", b"", ["a:1"] * 17)),
        Proof(bytes(31), bytes(32), b""),
        Done(bytes(32), bytes(33)),
    ],
)
def test_what_is_too_long_is_refused(message: Ask | Offer | Proof | Done) -> None:
    with pytest.raises(RemoteProtocolError):
        decode(encode(message))


@given(st.binary(max_size=300))
def test_noise_is_an_error_that_can_be_printed(noise: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(noise)
    assert printable(str(caught.value)) == str(caught.value)


def test_a_huge_or_deep_message_is_refused() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(bytes(MAX_FRAME + 1))
    assert caught.value.reason is Reason.TOO_LARGE
    with pytest.raises(RemoteProtocolError):
        decode(b"\x91" * MAX_FRAME)


def test_a_card_is_cleaned() -> None:
    shown = clean(Card(" a\nb\x1b[31m‮ " + "x" * 100, addresses=["ok:1", "no no", "ok:1"]))
    assert printable(shown.name) == shown.name
    assert len(shown.name) == 64
    assert shown.addresses == ["ok:1"]
    assert clean(Card("  ")).name == "unnamed"
