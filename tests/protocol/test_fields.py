"""Parts of messages are written short, and messages say what they are."""

from __future__ import annotations

import msgspec
import pytest

from sysmon.protocol.fields import Message, Name, Row, Whole


class Made(Message):
    text: Name = ""


class MadeRow(Row):
    count: Whole
    name: Name = ""


def test_a_message_carries_its_type_and_leaves_out_what_is_usual() -> None:
    assert msgspec.json.encode(Made()) == b'{"type":"made"}'


def test_a_row_has_no_names_and_may_grow_at_its_end() -> None:
    assert msgspec.json.encode(MadeRow(1, "a")) == b'[1,"a"]'
    assert msgspec.json.decode(b"[1]", type=MadeRow) == MadeRow(1)
    assert msgspec.json.decode(b'[1,"a",true]', type=MadeRow) == MadeRow(1, "a")


@pytest.mark.parametrize("data", [b"[-1]", b"[9007199254740992]", b"[1.5]", b'[1,"%s"]' % (b"x" * 257)])
def test_what_is_beyond_the_limits_is_no_row(data: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=MadeRow)
