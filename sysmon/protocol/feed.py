"""What this machine publishes, coded once for everybody who follows the same selection.

A `Feed` holds the hosts, and for each selection of a host that somebody follows a `Stream`: the last few
coded ticks, shared by all. A follower is a place in it and nothing more: one that cannot keep up costs
no memory, falls out of the kept ticks and begins anew with a key frame. Knows no link and no clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from sysmon.model.errors import LocalProtocolError
from sysmon.model.events import Mark
from sysmon.model.host import DeviceFacts
from sysmon.model.link import Reason
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol import process_codec
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.tick_codec import TickEncoder

KEPT_TICKS: Final = 8
KEPT_BYTES: Final = 1 << 16
KEPT_MARKS: Final = 200
"""Marks of a host that a peer is told when it comes."""
_EARLY: Final = 0.1
"""A tick that comes this part of an interval early is on time: grids of ticks never quite meet."""


class Selection(NamedTuple):
    """What a follower wants of a host."""

    groups: tuple[str, ...]
    """Metric names or name spaces; empty for all."""
    interval: float
    binary: bool


class Listener(Protocol):
    """Somebody to whom the feed tells that there is news. Must be quick, and not call back."""

    def host_changed(self, host: Published) -> None:
        """The host is new, or has another catalog."""
        ...

    def host_left(self, host: Published, reason: Reason) -> None: ...

    def tick_ready(self, host: Published) -> None: ...

    def table_ready(self, host: Published) -> None: ...

    def news_ready(self, host: Published) -> None:
        """Something was plugged into the host, or happened on it."""
        ...

    def filled(self, host: Published, epoch: int, first: int, last: int) -> None:
        """Rows of the host came late."""
        ...


class Frame(NamedTuple):
    """One coded instant. ``tick`` stands in a message of several, ``message`` is one by itself."""

    epoch: int
    sequence: int
    tick: bytes
    message: bytes


class Stream:
    """The coded ticks of one selection of one host."""

    def __init__(self, host: Published, selection: Selection, codec: Codec) -> None:
        self.listeners: set[Listener] = set()
        self.position = 0
        """How many frames there were ever."""
        self.newest: Frame | None = None
        self._host = host
        self._selection = selection
        self._codec = codec
        self._encoder: TickEncoder | None = None
        self._hidden: list[int] = []
        self._last: SampleBatch | None = None
        self._due = -math.inf
        self._frames: deque[Frame] = deque(maxlen=KEPT_TICKS)
        self._bytes = 0
        self._key: tuple[int, Frame] | None = None

    def add(self, batch: SampleBatch) -> bool:
        """Code ``batch`` where it is due, or the first of another catalog; whether it was."""
        interval, last = self._selection.interval, self._last
        # Followers are told of another catalog at once: a key frame of the one before would not fit it.
        goes_on = last is not None and batch.epoch == last.epoch and batch.catalog is last.catalog
        if goes_on and batch.time < self._due - interval * _EARLY:
            return False
        self._due = batch.time + interval
        encoder = self._encoder
        if encoder is None or encoder.catalog is not batch.catalog or encoder.interval != self._host.interval:
            self._hidden = _hidden(batch.catalog, self._selection.groups)
            encoder = self._encoder = TickEncoder(
                self._host.channel, self._host.revision, batch.catalog, self._host.interval, self._hidden
            )
            # Followers are told of the new catalog before anything else: old ticks would not fit it.
            self._frames.clear()
            self._bytes = 0
        self._last = batch
        frame = self._frame(batch, encoder.encode(batch))
        if len(self._frames) == KEPT_TICKS:
            self._bytes -= len(self._frames[0].tick)
        self._frames.append(frame)
        self.newest = frame
        self._bytes += len(frame.tick)
        self.position += 1
        while self._bytes > KEPT_BYTES and len(self._frames) > 1:
            self._bytes -= len(self._frames.popleft().tick)
        return True

    def _frame(self, batch: SampleBatch, tick: bytes) -> Frame:
        if self._codec.binary:
            return Frame(batch.epoch, batch.sequence, tick, self._codec.encode(m.Tick([tick])))
        values = [value if math.isfinite(value) else None for value in batch.values]
        for at in self._hidden:
            values[at] = None
        clear = m.Values(batch.host, batch.epoch, batch.sequence, batch.time, values)
        return Frame(batch.epoch, batch.sequence, b"", self._codec.encode(clear))

    def since(self, position: int) -> list[Frame] | None:
        """The frames after ``position``; None where some of them are no longer kept."""
        count = self.position - position
        if count > len(self._frames):
            return None
        return list(self._frames)[len(self._frames) - count :] if count else []

    def key(self) -> Frame | None:
        """The newest instant as a key frame; None before the first."""
        if self._encoder is None or self._last is None:
            return None
        if self._key is None or self._key[0] != self.position:
            self._key = (self.position, self._frame(self._last, self._encoder.key()))
        return self._key[1]


@dataclass(slots=True, eq=False)
class Published:
    """A host in the feed."""

    host: m.Host
    channel: int
    interval: float
    catalog: Catalog | None = None
    revision: int = 0
    """Of ``catalog``; grows with each new one."""
    last: SampleBatch | None = None
    table: ProcessTable | None = None
    devices: DeviceFacts | None = None
    marks: deque[Mark] = field(default_factory=lambda: deque[Mark](maxlen=KEPT_MARKS))
    mark_count: int = 0
    """How many marks there were ever."""
    streams: dict[Selection, Stream] = field(default_factory=dict[Selection, Stream])
    differences: dict[tuple[float | None, bool, bool], bytes] = field(
        default_factory=dict[tuple[float | None, bool, bool], bytes]
    )
    revisions: dict[str, int] = field(default_factory=dict[str, int])
    """Numbers of the catalogs that were in use, by digest."""
    table_listeners: set[Listener] = field(default_factory=set[Listener])

    def revision_of(self, catalog: Catalog) -> int:
        """The number under which ``catalog`` travels."""
        number = self.revisions.get(catalog.digest)
        if number is None:
            number = self.revisions[catalog.digest] = max(self.revisions.values(), default=0) + 1
            while len(self.revisions) > _REVISIONS:
                del self.revisions[next(iter(self.revisions))]
        return number


_REVISIONS: Final = 64


class Feed:
    """All hosts that are published here: this one, and for a hub those it relays."""

    def __init__(self) -> None:
        self._hosts: dict[str, Published] = {}
        self._channels: dict[int, Published] = {}
        self._next_channel = 1
        self._listeners: set[Listener] = set()
        self._codecs = {True: Codec(BINARY), False: Codec(JSON)}

    def hosts(self) -> Iterator[Published]:
        return iter(self._hosts.values())

    def get(self, host: str) -> Published | None:
        return self._hosts.get(host)

    def by_channel(self, channel: int) -> Published | None:
        return self._channels.get(channel)

    def attach(self, listener: Listener) -> None:
        """Tell ``listener`` of hosts that come, change and go."""
        self._listeners.add(listener)

    def detach(self, listener: Listener) -> None:
        """Tell ``listener`` nothing any more. Idempotent."""
        self._listeners.discard(listener)
        for published in self._hosts.values():
            published.table_listeners.discard(listener)
            for selection in list(published.streams):
                self.unfollow(published, selection, listener)

    def put_host(self, host: m.Host, interval: float = 1.0) -> Published:
        """Publish ``host``, or say what is new about it. It is announced with its first batch."""
        known = self._hosts.get(host.id)
        if known is None:
            known = self._hosts[host.id] = Published(host, self._next_channel, interval)
            self._channels[known.channel] = known
            self._next_channel += 1
        elif known.host != host or known.interval != interval:
            known.host, known.interval = host, interval
            self._tell_changed(known)
        return known

    def leave(self, host: str, reason: Reason) -> None:
        """Publish ``host`` no longer. Idempotent."""
        known = self._hosts.pop(host, None)
        if known is not None:
            del self._channels[known.channel]
            for listener in list(self._listeners):
                listener.host_left(known, reason)

    def publish(self, batch: SampleBatch) -> None:
        """Code ``batch`` for all who follow its host. Raises LocalProtocolError where the host was not put in."""
        known = self._known(batch.host)
        known.last = batch
        if known.catalog is not batch.catalog:
            known.catalog = batch.catalog
            known.revision = known.revision_of(batch.catalog)
            self._tell_changed(known)
        for stream in known.streams.values():
            if stream.add(batch):
                for listener in stream.listeners:
                    listener.tick_ready(known)

    def put_table(self, table: ProcessTable) -> None:
        """Keep ``table`` for all who follow the processes of its host."""
        known = self._known(table.host)
        known.table = table
        known.differences.clear()
        for listener in known.table_listeners:
            listener.table_ready(known)

    def filled(self, host: str, epoch: int, first: int, last: int) -> None:
        """Rows of ``host``, from ``first`` to ``last`` of ``epoch``, came late, and can be asked for. Nothing where it is not published."""
        known = self._hosts.get(host)
        if known is not None:
            for listener in list(self._listeners):
                listener.filled(known, epoch, first, last)

    def put_devices(self, facts: DeviceFacts) -> None:
        """``facts`` are what is plugged into their host now. Raises LocalProtocolError where the host was not put in."""
        known = self._known(facts.host)
        if known.devices != facts:
            known.devices = facts
            self._tell_news(known)

    def put_mark(self, mark: Mark) -> None:
        """Tell of ``mark``, and remember it. Raises LocalProtocolError where its host was not put in."""
        known = self._known(mark.host)
        known.marks.append(mark)
        known.mark_count += 1
        self._tell_news(known)

    def _tell_news(self, host: Published) -> None:
        for listener in list(self._listeners):
            listener.news_ready(host)

    def _known(self, host: str) -> Published:
        known = self._hosts.get(host)
        if known is None:
            raise LocalProtocolError(f"host {host} was not put into the feed")
        return known

    def _tell_changed(self, host: Published) -> None:
        for listener in list(self._listeners):
            listener.host_changed(host)

    def follow(self, host: Published, selection: Selection, listener: Listener) -> Stream:
        """The stream of ``selection``, of which ``listener`` hears from now on."""
        stream = host.streams.get(selection)
        if stream is None:
            stream = host.streams[selection] = Stream(host, selection, self._codecs[selection.binary])
            if host.last is not None:
                stream.add(host.last)
        stream.listeners.add(listener)
        return stream

    def unfollow(self, host: Published, selection: Selection, listener: Listener) -> None:
        """The inverse of `follow`; the last one ends the stream. Idempotent."""
        stream = host.streams.get(selection)
        if stream is not None:
            stream.listeners.discard(listener)
            if not stream.listeners:
                del host.streams[selection]

    def table_message(self, host: Published, before: ProcessTable | None, commands: bool, binary: bool) -> bytes | None:
        """The newest process table as a message for somebody who has ``before``; None where there is none."""
        if host.table is None:
            return None
        key = (before.time if before is not None else None, commands, binary)
        message = host.differences.get(key)
        if message is None:
            difference = process_codec.difference(host.channel, before, host.table, commands)
            message = host.differences[key] = self._codecs[binary].encode(difference)
        return message


def _hidden(catalog: Catalog, groups: tuple[str, ...]) -> list[int]:
    """The series that belong to none of ``groups``."""
    if not groups:
        return []
    wanted = tuple(f"{group}." for group in groups)
    return [at for at, one in enumerate(catalog.series) if not f"{one.metric.name}.".startswith(wanted)]
