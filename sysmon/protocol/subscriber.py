"""The receiving half of a session: from a peer's messages to batches, tables and history.

It remembers, for each channel, the host, its catalogs and the decoder of its ticks, and asks for
what is missing. Believes nothing: channels must have been announced, and everything is bounded. Knows no link.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.events import Mark
from sysmon.model.host import DeviceFacts
from sysmon.model.link import Reason
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.protocol import blocks, bulletin, catalog_codec, process_codec, tick_codec
from sysmon.protocol import messages as m
from sysmon.protocol.events import Event, HostLeft, HostSeen, NeverRecorded, Skipped
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.ranges import Range, Ranges
from sysmon.protocol.tick_codec import TickDecoder
from sysmon.protocol.told import OlderCatalogs

_ASKED_AT_ONCE: Final = 64
_KEPT_EPOCHS: Final = 8
"""Epochs of a host of which something may be asked for."""
_NOTHING: Final = Ranges()
_SETTLE: Final = 0.5
"""Seconds after which a hole is asked for: holes come in groups."""


@dataclass(slots=True, eq=False)
class _Known:
    """A host that the peer announced."""

    host: m.Host
    interval: float
    revision: int
    catalog: Catalog
    decoder: TickDecoder
    ours: bool
    """True for our own figures on their way back."""
    older: OlderCatalogs = field(default_factory=OlderCatalogs)
    offers: dict[int, Range] = field(default_factory=dict[int, Range])
    """By epoch, what the peer may have."""
    asked: dict[int, Ranges] = field(default_factory=dict[int, Ranges])
    """By epoch, what was asked for and did not come yet."""
    absent: dict[int, Ranges] = field(default_factory=dict[int, Ranges])
    """By epoch, what the peer does not have either, as far as it told."""
    table: ProcessTable | None = None


class Subscriber:
    """What comes from one peer."""

    __slots__ = (
        "_backfill", "_channels", "_holdings", "_ids", "_interval", "_limits", "_own", "_plan_at", "_wishes", "late",
    )  # fmt: skip

    def __init__(self, own: str, limits: m.Limits, holdings: Holdings, backfill: bool) -> None:
        """``own`` is the id of this machine; ``backfill``: whether the peer can be asked for what is missing."""
        self._own = own
        self._limits = limits
        self._holdings = holdings
        self._backfill = backfill
        self._channels: dict[int, _Known] = {}
        self._ids: set[str] = set()
        self._wishes: dict[str, m.Wish] = {}
        self._interval: float | None = None
        self._plan_at = math.inf
        self.late = 0
        """Ticks that came twice, or after newer ones."""

    @property
    def hosts(self) -> int:
        """How many hosts are announced."""
        return len(self._channels)

    @property
    def awaited(self) -> int:
        """Sequences that were asked for and did not come yet."""
        return sum(ranges.count() for known in self._channels.values() for ranges in known.asked.values())

    def expect(self, wishes: Mapping[str, m.Wish], now: float) -> None:
        """These wishes are in force from now on."""
        self._wishes = dict(wishes)
        self._count_intervals()
        self._plan_soon(now)

    @property
    def interval(self) -> float | None:
        """Seconds between the ticks that come most often; None where none are due."""
        return self._interval

    def _count_intervals(self) -> None:
        due = [interval for known in self._channels.values() if (interval := self._interval_of(known))]
        self._interval = min(due, default=None)

    def _wish(self, known: _Known) -> m.Wish | None:
        return self._wishes.get(known.host.id) or self._wishes.get("*")

    def _interval_of(self, known: _Known) -> float:
        wish = self._wish(known)
        return 0.0 if wish is None or not wish.interval or known.ours else max(wish.interval, known.interval)

    def catalog(self, message: m.Catalog, now: float) -> Iterator[Event]:
        """A host, or one of its catalogs that only history still follows."""
        known = self._channels.get(message.channel)
        if known is not None and known.host.id != message.host.id:
            raise RemoteProtocolError("a channel that belongs to another host", Reason.BAD_CATALOG)
        if not 0.05 <= message.interval <= 86400.0:
            raise RemoteProtocolError(f"an interval of {message.interval} s", Reason.BAD_CATALOG)
        made = catalog_codec.read_whole(message, self._limits.series)
        if not message.live:
            self._known(message.channel).older.keep(message.revision, made)
            return
        if known is None:
            if len(self._channels) >= self._limits.hosts:
                raise RemoteProtocolError(f"more than {self._limits.hosts} hosts", Reason.TOO_MANY_SERIES)
            if message.host.id in self._ids:
                raise RemoteProtocolError("one host on two channels", Reason.BAD_CATALOG)
            ours = message.host.id == self._own or self._own in message.host.path
            decoder = TickDecoder(message.host.id, message.revision, made)
            known = _Known(message.host, message.interval, message.revision, made, decoder, ours)
            self._channels[message.channel] = known
            self._ids.add(message.host.id)
            # Not counted anew with each of thousands of hosts.
            due = self._interval_of(known)
            if due and (self._interval is None or due < self._interval):
                self._interval = due
        else:
            known.host, known.interval = message.host, message.interval
            self._take_catalog(known, message.revision, made)
            self._count_intervals()
        self._plan_soon(now)
        if not known.ours:
            yield HostSeen(known.host, known.catalog, known.interval)

    def change(self, message: m.Change) -> Iterator[Event]:
        """The catalog of a host changed a little."""
        known = self._known(message.channel)
        if message.base != known.revision:
            raise RemoteProtocolError("a difference to another catalog", Reason.BAD_CATALOG)
        self._take_catalog(
            known, message.revision, catalog_codec.read_change(message, known.catalog, self._limits.series)
        )
        if not known.ours:
            yield HostSeen(known.host, known.catalog, known.interval)

    def _take_catalog(self, known: _Known, revision: int, catalog: Catalog) -> None:
        if revision == known.revision:
            return
        known.older.keep(known.revision, known.catalog)
        known.revision, known.catalog = revision, catalog
        known.decoder = TickDecoder(known.host.id, revision, catalog)

    def leave(self, message: m.Leave) -> Iterator[Event]:
        known = self._known(message.channel)
        del self._channels[message.channel]
        self._ids.discard(known.host.id)
        self._count_intervals()
        if not known.ours:
            yield HostLeft(known.host.id, Reason.of(message.reason))

    def _known(self, channel: int) -> _Known:
        known = self._channels.get(channel)
        if known is None:
            raise RemoteProtocolError(f"channel {channel} was not announced", Reason.OUT_OF_TURN)
        return known

    def tick(self, message: m.Tick, now: float) -> Iterable[SampleBatch]:
        """The batches of a message of ticks. Those of our own, and those that come twice, are left out."""
        if len(message.ticks) != 1:
            return (batch for data in message.ticks if (batch := self._instant(data, now)) is not None)
        # The commonest message by far.
        batch = self._instant(message.ticks[0], now)
        return () if batch is None else (batch,)

    def _instant(self, data: bytes, now: float) -> SampleBatch | None:
        channel, flags, at = tick_codec.head(data)
        known = self._channels.get(channel)
        if known is None:
            raise RemoteProtocolError(f"a tick of channel {channel}", Reason.OUT_OF_TURN)
        batch = known.decoder.decode(data, at, flags)
        return batch if self._is_news(known, batch, now) else None

    def values(self, message: m.Values, now: float) -> Iterator[SampleBatch]:
        """A batch in the clear, as programs that people wrote send it."""
        known = next((known for known in self._channels.values() if known.host.id == message.host), None)
        if known is None or len(message.values) != len(known.catalog.series):
            raise RemoteProtocolError("values that do not fit a catalog", Reason.BAD_TICK)
        if not 0.0 <= message.time < 1e10:
            raise RemoteProtocolError("values from beyond time", Reason.BAD_TICK)
        values = array("d", [math.nan if value is None else value for value in message.values])
        batch = SampleBatch(message.host, message.epoch, message.sequence, message.time, known.catalog, values)
        if self._is_news(known, batch, now):
            yield batch

    def _is_news(self, known: _Known, batch: SampleBatch, now: float) -> bool:
        if known.ours:
            return False
        if self._holdings.follow(known.host.id, batch.epoch, batch.sequence):
            return True
        newest = self._holdings.newest(known.host.id, batch.epoch)
        if newest is not None and batch.sequence <= newest:
            self.late += 1
            return False
        if newest is None or batch.sequence != newest + 1:
            self._offer(known, batch.epoch, batch.sequence if newest is None else newest + 1, batch.sequence)
            self._plan_soon(now)
        self._holdings.add(known.host.id, batch.epoch, batch.sequence, batch.sequence)
        return True

    def processes(self, message: m.Processes) -> Iterator[ProcessTable]:
        known = self._known(message.channel)
        known.table = process_codec.apply(message, known.host.id, known.table)
        if not known.ours:
            yield known.table

    def devices(self, message: m.Devices) -> Iterator[DeviceFacts]:
        """What is plugged into a host."""
        known = self._known(message.channel)
        if not known.ours:
            yield bulletin.read_devices(message, known.host.id)

    def marks(self, message: m.Marks) -> Iterator[Mark]:
        """What happened on a host; what was told before, on this link or an earlier one, is left out."""
        known = self._known(message.channel)
        for mark in bulletin.read_marks(message, known.host.id):
            if not known.ours and self._holdings.is_new(mark):
                yield mark

    def gap(self, message: m.Gap, now: float) -> Iterator[Event]:
        """Ticks were left out; what comes next is a key frame."""
        known = self._known(message.channel)
        if message.last < message.first:
            raise RemoteProtocolError(f"a gap from {message.first} to {message.last}")
        known.decoder.lose()
        self._offer(known, message.epoch, message.first, message.last)
        self._plan_soon(now)
        if not known.ours:
            yield Skipped(known.host.id, message.epoch, message.first, message.last)

    def have(self, message: m.Have, now: float) -> tuple[()]:
        """The peer says what it keeps."""
        known = self._known(message.channel)
        if message.last < message.first:
            raise RemoteProtocolError(f"history from {message.first} to {message.last}")
        if message.epoch in known.absent:
            known.absent[message.epoch].remove(message.first, message.last)
        self._offer(known, message.epoch, message.first, message.last)
        self._plan_soon(now)
        return ()

    def _offer(self, known: _Known, epoch: int, first: int, last: int) -> None:
        before = known.offers.get(epoch, (first, last))
        known.offers[epoch] = min(before[0], first), max(before[1], last)
        while len(known.offers) > _KEPT_EPOCHS:
            oldest = min(known.offers)
            del known.offers[oldest]
            known.absent.pop(oldest, None)

    def block(self, message: m.Block, now: float) -> Iterator[Event]:
        """A piece of history that was asked for: rows that are new here, or the word that there are none."""
        known = self._known(message.channel)
        asked = known.asked.get(message.epoch)
        host, epoch = known.host.id, message.epoch
        for first, last in (*message.never, *message.absent):
            if last < first:
                raise RemoteProtocolError(f"nothing from {first} to {last}", Reason.BAD_BLOCK)
        stretch = self._stretch(known, message) if message.body else None
        if asked is None or known.ours:
            return
        never, absent = asked.cut(message.never), asked.cut(message.absent)
        for first, last in never:
            self._holdings.add(host, epoch, first, last)
        for first, last in absent:
            known.absent.setdefault(epoch, Ranges()).add(first, last)
        if stretch is not None:
            stretch = self._only_new(stretch, asked)
        if stretch is not None:
            yield stretch
        if never:
            yield NeverRecorded(host, epoch, tuple(never))
        if not len(asked):
            del known.asked[epoch]
            self._plan_soon(now)

    def _stretch(self, known: _Known, message: m.Block) -> Stretch:
        catalog = known.catalog if message.revision == known.revision else known.older.get(message.revision)
        if catalog is None:
            raise RemoteProtocolError(f"a block of catalog {message.revision}", Reason.BAD_BLOCK)
        return blocks.decode(message.body, known.host.id, message.epoch, catalog)

    def _only_new(self, stretch: Stretch, asked: Ranges) -> Stretch | None:
        batches = [batch for batch in stretch.batches() if batch.sequence in asked]
        for batch in batches:
            asked.remove(batch.sequence, batch.sequence)
            self._holdings.add(stretch.host, stretch.epoch, batch.sequence, batch.sequence)
        if len(batches) == len(stretch.sequences):
            return stretch
        return Stretch.of(batches) if batches else None

    @property
    def plan_at(self) -> float:
        """When `plan` has something to do."""
        return self._plan_at

    def _plan_soon(self, now: float) -> None:
        if self._backfill and self._plan_at == math.inf:
            self._plan_at = now + _SETTLE

    def plan(self) -> Iterator[m.Want]:
        """Ask for what is missing, newest first. Holes of hosts that are wanted more rarely than they tick are none."""
        self._plan_at = math.inf
        for channel, known in self._channels.items():
            interval = self._interval_of(known)
            if not 0.0 < interval <= 1.5 * known.interval:
                continue
            for epoch, (first, last) in sorted(known.offers.items(), reverse=True):
                if epoch in known.asked:
                    continue
                absent = known.absent.get(epoch, _NOTHING)
                most = _ASKED_AT_ONCE + len(absent)
                missing = Ranges(self._holdings.missing(known.host.id, epoch, first, last, most, known.interval))
                missing.cut(absent)
                spans = list(missing)[: -_ASKED_AT_ONCE - 1 : -1]
                if spans:
                    known.asked[epoch] = Ranges(spans)
                    yield m.Want(channel, epoch, spans)
                else:
                    del known.offers[epoch]
