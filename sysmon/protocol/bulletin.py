"""What one peer is still to be told of what is plugged into hosts and what happened on them. Knows no link and no wish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import DeviceFacts, DiskFacts, InterfaceFacts
from sysmon.model.link import Reason, Rights
from sysmon.protocol import messages as m
from sysmon.protocol.catalog_codec import text
from sysmon.protocol.codec import Codec
from sysmon.protocol.feed import Published

_NAME: Final = 256
_MOST_DEVICES: Final = 1024
_MOST_ADDRESSES: Final = 64
_KINDS: Final = {kind.value: kind for kind in MarkKind}


@dataclass(slots=True)
class _Told:
    devices: DeviceFacts | None = None
    addresses: bool = False
    marks: int = 0
    """Marks of the host that were sent or came before those that are remembered."""


class Bulletin:
    """News of hosts for one peer."""

    __slots__ = ("_codec", "_devices", "_due", "_marks", "_told")

    def __init__(self, codec: Codec, capabilities: frozenset[str]) -> None:
        self._codec = codec
        self._devices = "devices" in capabilities
        self._marks = "marks" in capabilities
        self._told: dict[str, _Told] = {}
        self._due: dict[str, Published] = {}

    @property
    def waiting(self) -> bool:
        """Whether there may be something to tell."""
        return bool(self._due)

    def add(self, host: Published) -> None:
        """There may be news of ``host``, whose catalog the peer has."""
        if self._devices or self._marks:
            self._due[host.host.id] = host

    def drop(self, host: str) -> None:
        """Tell nothing more of ``host`` for now. Idempotent."""
        self._due.pop(host, None)

    def forget(self, host: str) -> None:
        """``host`` left: should it come again, everything is told anew. Idempotent."""
        self.drop(host)
        self._told.pop(host, None)

    def next(self, rights: Rights) -> bytes | None:
        """The next message; None where there is nothing new after all."""
        while self._due:
            name, host = next(iter(self._due.items()))
            told = self._told.setdefault(name, _Told())
            message = self._message(host, told, rights) if rights.metrics else None
            if message is not None:
                return self._codec.encode(message)
            del self._due[name]
        return None

    def _message(self, host: Published, told: _Told, rights: Rights) -> m.Devices | m.Marks | None:
        devices = host.devices
        if self._devices and devices is not None and (told.devices != devices or told.addresses != rights.actions):
            told.devices, told.addresses = devices, rights.actions
            return devices_message(host.channel, devices, with_addresses=rights.actions)
        if self._marks and told.marks < host.mark_count:
            fresh = min(host.mark_count - told.marks, len(host.marks))
            told.marks = host.mark_count
            return m.Marks(host.channel, [_entry(mark) for mark in list(host.marks)[-fresh:]])
        return None


def devices_message(channel: int, facts: DeviceFacts, *, with_addresses: bool) -> m.Devices:
    """``facts`` as they travel."""
    disks = [
        m.DiskEntry(
            text(disk.device, _NAME), text(disk.kind, _NAME), _short(disk.model), _whole(disk.size), disk.removable
        )
        for disk in facts.disks[:_MOST_DEVICES]
    ]
    interfaces = [
        m.InterfaceEntry(
            text(one.name, _NAME),
            text(one.kind, _NAME),
            _whole(one.mtu),
            [text(address, _NAME) for address in one.addresses[:_MOST_ADDRESSES]] if with_addresses else [],
            _short(one.hardware_address) if with_addresses else None,
        )
        for one in facts.interfaces[:_MOST_DEVICES]
    ]
    return m.Devices(channel, disks, interfaces)


def _short(value: str | None) -> str | None:
    return None if value is None else text(value, _NAME)


def _whole(value: int | None) -> int | None:
    return value if value is not None and 0 <= value < 1 << 53 else None


def read_devices(message: m.Devices, host: str) -> DeviceFacts:
    """What ``message`` says is plugged into ``host``."""
    return DeviceFacts(
        host,
        tuple(DiskFacts(one.device, one.kind, one.model, one.size, one.removable) for one in message.disks),
        tuple(
            InterfaceFacts(one.name, one.kind, tuple(one.addresses), one.hardware_address, one.mtu)
            for one in message.interfaces
        ),
    )


def _entry(mark: Mark) -> m.MarkEntry:
    return m.MarkEntry(mark.time, mark.kind.value, text(mark.text), mark.seconds)


def read_marks(message: m.Marks, host: str) -> Iterator[Mark]:
    """What happened on ``host``; kinds of a later version are left out.

    Raises RemoteProtocolError for one from beyond time.
    """
    for one in message.marks:
        if not 0.0 <= one.time < 1e10 or not 0.0 <= one.seconds < 1e10:
            raise RemoteProtocolError("a mark from beyond time", Reason.BAD_FRAME)
        kind = _KINDS.get(one.kind)
        if kind is not None:
            yield Mark(host, one.time, kind, one.text, one.seconds)
