"""A guest written from docs/trust.md alone, with nothing of ours but the document, is paired."""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from spake2 import SPAKE2_A

from tests.protocol.pairing_pair import CODE, GUEST, INVITER, inviter, sign


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def keyed(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def test_a_stranger_can_pair_by_the_document() -> None:
    there = inviter()
    exchange = SPAKE2_A(b"code " + CODE.value, b"sysmon pairing v1 guest", b"sysmon pairing v1 inviter")
    card = {"name": "stranger", "certificate": GUEST}
    asked = {"type": "ask", "version": 1, "link": False, "slot": b"", "share": exchange.start(), "card": card}
    ask = msgspec.msgpack.encode(asked)
    offer = there.receive(ask).send
    offered = msgspec.msgpack.decode(offer)
    assert offered["type"] == "offer"
    key = exchange.finish(offered["share"])

    def mac(label: bytes, content: bytes) -> bytes:
        return keyed(keyed(key, b"sysmon pairing v1 " + label + b"\x01"), content)

    seen = sha(sha(ask), sha(offer), sha(GUEST), sha(INVITER))
    proof = {
        "type": "proof",
        "code": mac(b"code guest", b""),
        "bound": mac(b"bound guest", seen),
        "signature": sign(GUEST)(b"sysmon pairing v1 signature" + seen),
    }
    step = there.receive(msgspec.msgpack.encode(proof))
    assert step.met is not None
    done = msgspec.msgpack.decode(step.send)
    assert done == {"type": "done", "code": mac(b"code inviter", b""), "bound": mac(b"bound inviter", seen)}
