"""Devices and marks travel in both spellings, and in a later version's form."""

from __future__ import annotations

import msgspec
import pytest

from sysmon.model.errors import RemoteProtocolError
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec

SAID = [
    m.Devices(1, [m.DiskEntry("sda", "ssd", "Fast", 5)], [m.InterfaceEntry("eth0", "wired", 1500)]),
    m.Marks(1, [m.MarkEntry(5.0, "marked", "here")]),
]


@pytest.mark.parametrize("spelling", [BINARY, JSON])
@pytest.mark.parametrize("message", SAID)
def test_they_come_through(spelling: str, message: m.AnyMessage) -> None:
    codec = Codec(spelling)
    assert codec.decode(codec.encode(message)) == message


def test_more_than_may_be_told_is_refused() -> None:
    many = m.Marks(1, [m.MarkEntry(5.0, "marked", "here")] * 513)
    with pytest.raises(RemoteProtocolError):
        Codec(BINARY).decode(Codec(BINARY).encode(many))


def test_a_later_version_may_add_to_an_entry() -> None:
    later = {"type": "devices", "channel": 1, "disks": [["sda", "ssd", None, None, False, "new"]], "other": 1}
    assert Codec(JSON).decode(msgspec.json.encode(later)) == m.Devices(1, [m.DiskEntry("sda", "ssd")])
