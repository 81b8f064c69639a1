"""The messages about what is plugged into a machine and what happened on it. Both are sent when they change."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sysmon.protocol.fields import Channel, Message, Name, Row, Text, Whole


class DiskEntry(Row):
    """See `sysmon.model.host.DiskFacts`."""

    device: Name
    kind: Name
    model: Name | None = None
    size: Whole | None = None
    removable: bool = False


class InterfaceEntry(Row):
    """See `sysmon.model.host.InterfaceFacts`. Addresses are told to peers that may act only."""

    name: Name
    kind: Name
    mtu: Whole | None = None
    addresses: Annotated[list[Name], Meta(max_length=64)] = []
    hardware_address: Name | None = None


class Devices(Message):
    """All that is plugged into a host, as far as it was looked for; replaces what was said before."""

    channel: Channel
    disks: Annotated[list[DiskEntry], Meta(max_length=1024)] = []
    interfaces: Annotated[list[InterfaceEntry], Meta(max_length=1024)] = []


class MarkEntry(Row):
    """Something that happened; see `sysmon.model.events.Mark`. ``kind`` is one of the words there."""

    time: float
    kind: Name
    text: Text
    seconds: float = 0.0


class Marks(Message):
    """What happened on a host since the last such message, oldest first; the first one tells what is remembered."""

    channel: Channel
    marks: Annotated[list[MarkEntry], Meta(max_length=512)]
