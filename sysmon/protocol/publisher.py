"""The sending half of a session: what a peer wants, taken from the shared feed when its link has room.

Nothing is queued for a peer but its own answers and, for each host it follows, a place in the shared stream. A
link that is full is not written to; when it takes more, the place is where it was, or it jumps to now with a `Gap` and a key
frame. Knows no socket.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason, Rights
from sysmon.model.sample import Catalog, Stretch, piece_rows
from sysmon.protocol import blocks, catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.backfill import Archive, Backfill
from sysmon.protocol.bulletin import Bulletin
from sysmon.protocol.codec import Codec
from sysmon.protocol.events import Event, Fetch, Wanted
from sysmon.protocol.feed import Feed, Frame, Published, Selection
from sysmon.protocol.pacing import Pacing
from sysmon.protocol.ranges import Ranges
from sysmon.protocol.told import Follow, Told

_FULL: Final = 1 << 16
"""Bytes after which a message of ticks is long enough."""


class Publisher:
    """What goes to one peer."""

    __slots__ = (
        "_answers", "_archive", "_bulletin", "_capabilities", "_codec", "_feed", "_interval", "_peer", "_ready",
        "_rights", "_tables", "_ticks", "_to_tell", "_told", "_uncounted", "_wishes", "backfill", "drained", "pacing",
        "sent", "skipped",
    )  # fmt: skip

    def __init__(
        self,
        feed: Feed,
        codec: Codec,
        peer: m.Hello,
        rights: Rights,
        capabilities: frozenset[str],
        archive: Archive | None,
        ready: Callable[[], None],
    ) -> None:
        """``ready`` is called when there may be something for `next`; it must be quick, and not call back."""
        self._feed = feed
        self._codec = codec
        self._peer = peer
        self._rights = rights
        self._capabilities = capabilities
        self._archive = archive if rights.history and "history" in capabilities else None
        self._ready = ready
        self._wishes: dict[str, m.Wish] = {}
        self._answers: deque[bytes] = deque()
        self._to_tell: dict[str, Published] = {}
        self._told: dict[str, Told] = {}
        self._ticks: dict[str, Published] = {}
        self._tables: dict[str, Published] = {}
        self._bulletin = Bulletin(codec, capabilities)
        self.pacing = Pacing()
        self._interval: float | None = None
        self._uncounted = False
        self.backfill = Backfill()
        self.drained = False  # see `Session.drained`; may be False where it was all
        self.sent = self.skipped = 0
        """Ticks that were handed out, and that the link had no room for."""
        feed.attach(self)

    def close(self) -> None:
        """Follow nothing any more. Idempotent."""
        self._feed.detach(self)
        self._answers.clear()

    def set_rights(self, rights: Rights) -> None:
        """The user gave or took rights: what may no longer be seen stops at once."""
        self._rights = rights
        if not rights.history:
            self._archive = None
        for told in self._told.values():
            told.table = None
        for host in self._feed.hosts():
            self.host_changed(host)

    @property
    def backlog(self) -> int:
        """Answers that the peer has not taken yet."""
        return len(self._answers)

    @property
    def waiting(self) -> bool:
        """Whether there is something to send besides history."""
        return bool(self._answers or self._to_tell or self._ticks or self._tables or self._bulletin.waiting)

    @property
    def interval(self) -> float | None:
        """Seconds between the ticks that the peer gets most often; None where it gets none."""
        if self._uncounted:
            self._count_intervals()
        return self._interval

    def _count_intervals(self) -> None:
        self._uncounted = False
        follows = (told.follow for told in self._told.values())
        self._interval = min((follow.selection.interval for follow in follows if follow is not None), default=None)

    def wish(self, wishes: Sequence[m.Wish], replace: bool) -> Event:
        """The peer says what it wants."""
        for one in wishes:
            if not 0.0 <= one.interval < math.inf or not 0.0 <= one.processes < math.inf:
                raise RemoteProtocolError(f"an interval of {one.interval} or {one.processes} s")
        if replace:
            self._wishes = {}
        self._wishes.update((one.host, one) for one in wishes)
        if len(self._wishes) > m.MAX_HOSTS:
            raise RemoteProtocolError("too many wishes")
        for host in self._feed.hosts():
            self.host_changed(host)
        return Wanted(tuple(self._wishes.values()))

    def _wish_for(self, host: Published) -> m.Wish | None:
        return self._wishes.get(host.host.id) or self._wishes.get("*")

    def want(self, message: m.Want) -> None:
        """The peer asks for history."""
        host = self._feed.by_channel(message.channel)
        if host is None:
            return  # it left while the question was under way
        if self._archive is None or host.host.id not in self._told:
            self.answer(m.Block(message.channel, message.epoch, never=message.spans))
            return
        self.backfill.want(host.host.id, message.epoch, message.spans)
        self._ready()

    def answer(self, message: m.AnyMessage) -> None:
        """Send ``message`` before anything else."""
        self._answers.append(self._codec.encode(message))
        self._ready()

    # What the feed tells.

    def host_changed(self, host: Published) -> None:
        peer = self._peer.host.id
        if host.catalog is None or self._wish_for(host) is None or host.host.id == peer or peer in host.host.path:
            self._drop(host)
            return
        self._to_tell[host.host.id] = host
        self._ready()

    def host_left(self, host: Published, reason: Reason) -> None:
        known = host.host.id in self._told
        self._drop(host)
        self.backfill.forget(host.host.id)
        self._bulletin.forget(host.host.id)
        if known:
            del self._told[host.host.id]
            self.answer(m.Leave(host.channel, reason.number))

    def _drop(self, host: Published) -> None:
        name = host.host.id
        for waiting in (self._to_tell, self._ticks, self._tables):
            waiting.pop(name, None)
        self._bulletin.drop(name)
        told = self._told.get(name)
        if told is not None and told.follow is not None:
            self._feed.unfollow(host, told.follow.selection, self)
            told.follow = None
            self._uncounted = True
        host.table_listeners.discard(self)

    def filled(self, host: Published, epoch: int, first: int, last: int) -> None:
        if host.host.id in self._told and self._archive is not None and self._wish_for(host) is not None:
            self.answer(m.Have(host.channel, epoch, first, last))

    def tick_ready(self, host: Published) -> None:
        self._ticks[host.host.id] = host
        self._ready()

    def table_ready(self, host: Published) -> None:
        self._tables[host.host.id] = host
        self._ready()

    def news_ready(self, host: Published) -> None:
        if host.host.id in self._told and self._wish_for(host) is not None:
            self._bulletin.add(host)
            self._ready()

    # What the link asks for.

    def next(self, now: float) -> bytes | None:
        """The next message, as the link would take one at ``now``; None where there is nothing."""
        self.drained = False
        while True:
            if self._answers:
                return self._answers.popleft()
            if self._to_tell:
                self._tell(self._to_tell.pop(next(iter(self._to_tell))))
            elif self._ticks:
                message = self._newest_tick() or self._next_ticks(now)
                if message is not None:
                    return message
            elif self._tables:
                message = self._next_table(self._tables.pop(next(iter(self._tables))), now)
                if message is not None:
                    return message
            elif (message := self._bulletin.next(self._rights)) is not None:
                return message
            else:
                return self.backfill.next(now, live=self.interval is not None)

    def _newest_tick(self) -> bytes | None:
        """The usual case, for the sake of a thousand subscribers: one host, one tick, already written. Else None."""
        if len(self._ticks) != 1:
            return None
        (name,) = self._ticks
        told = self._told.get(name)
        if told is None or (follow := told.follow) is None or follow.position is None:
            return None
        stream = follow.stream
        if follow.position != stream.position - 1 or stream.newest is None:
            return None
        self._ticks.clear()
        self.drained = not (self._tables or self._bulletin.waiting or self.backfill.busy)
        self.sent += 1
        follow.position = stream.position
        follow.last = stream.newest
        return stream.newest.message

    def _tell(self, host: Published) -> None:
        catalog, name = host.catalog, host.host.id
        assert catalog is not None
        told = self._told.get(name)
        if told is None or (told.host, told.interval, told.revision) != (host.host, host.interval, host.revision):
            change = None
            if (
                told is not None
                and (told.host, told.interval) == (host.host, host.interval)
                and "change" in self._capabilities
            ):
                change = catalog_codec.change(host.channel, told.revision, told.catalog, host.revision, catalog)
            message = change or catalog_codec.whole(host.channel, host.revision, host.host, catalog, host.interval)
            data = self._codec.encode(message)
            if not self._fits(data, catalog, told):
                self._drop(host)
                return
            self._answers.append(data)
            if told is None:
                self._told[name] = told = Told(host.host, host.interval, host.revision, catalog)
                self._offer(host)
            elif told.revision != host.revision:
                told.renew(host.revision, catalog)
            told.host, told.interval = host.host, host.interval
            if told.follow is not None:
                told.follow.position = None
        self._follow(host, told)

    def _fits(self, data: bytes, catalog: Catalog, told: Told | None) -> bool:
        limits = self._peer.limits
        hosts = len(self._told) + (told is None)
        return len(data) <= limits.frame and len(catalog.series) <= limits.series and hosts <= limits.hosts

    def _offer(self, host: Published) -> None:
        if self._archive is not None:
            for epoch, first, last in self._archive.spans(host.host.id):
                self._answers.append(self._codec.encode(m.Have(host.channel, epoch, first, last)))

    def _follow(self, host: Published, told: Told) -> None:
        wish = self._wish_for(host)
        wanted = None
        if wish is not None and wish.interval and self._rights.metrics:
            interval = max(wish.interval, host.interval, self._peer.limits.interval, self.pacing.floor)
            wanted = Selection(tuple(sorted(set(wish.groups))), interval, self._codec.binary)
        if told.follow is not None and told.follow.selection != wanted:
            self._feed.unfollow(host, told.follow.selection, self)
            self._ticks.pop(host.host.id, None)
            told.follow = None
        if wanted is not None and told.follow is None:
            told.follow = Follow(wanted, self._feed.follow(host, wanted, self))
            self._ticks[host.host.id] = host
        self._uncounted = True
        self._bulletin.add(host)
        if wish is not None and wish.processes and self._rights.processes and "processes" in self._capabilities:
            host.table_listeners.add(self)
            self._tables[host.host.id] = host
        else:
            host.table_listeners.discard(self)
            self._tables.pop(host.host.id, None)
            told.table = None

    def _next_ticks(self, now: float) -> bytes | None:
        """One message with the ticks of as many hosts as go into it; None where a gap must be told first."""
        ticks: list[bytes] = []
        message: bytes | None = None
        size = 0
        while self._ticks and size < min(_FULL, self._peer.limits.frame // 2):
            name = next(iter(self._ticks))
            host = self._ticks.pop(name)
            told = self._told.get(name)
            if told is None or told.follow is None:
                continue
            follow = told.follow
            frames = follow.stream.since(follow.position) if follow.position is not None else None
            if frames is None:
                key = follow.stream.key()
                if key is None:
                    continue
                if self._gap(host, follow, key, now):
                    self._ticks[name] = host
                    follow.position = follow.last = None
                    return self._answers.popleft()
                frames = [key]
            if not frames:
                continue
            follow.position = follow.stream.position
            follow.last = frames[-1]
            self.sent += len(frames)
            if not self._codec.binary:
                self._answers.extend(frame.message for frame in frames)
                return self._answers.popleft()
            ticks += [frame.tick for frame in frames]
            message = frames[0].message
            size += sum(len(frame.tick) for frame in frames)
        return message if len(ticks) == 1 else self._codec.encode(m.Tick(ticks)) if ticks else None

    def _gap(self, host: Published, follow: Follow, key: Frame, now: float) -> bool:
        """Tell the peer what it will not get before ``key``, where it fell behind; whether it did."""
        last = follow.last
        if follow.position is None or last is None or last.epoch != key.epoch or key.sequence <= last.sequence + 1:
            return False
        self.skipped += key.sequence - last.sequence - 1
        self._answers.append(self._codec.encode(m.Gap(host.channel, key.epoch, last.sequence + 1, key.sequence - 1)))
        if self.pacing.stumbled(now):
            self._change_pace()
        return True

    def _change_pace(self) -> None:
        self._answers.append(self._codec.encode(m.Pace(self.pacing.floor)))
        for host in self._feed.hosts():
            if host.host.id in self._told:
                self.host_changed(host)

    def _next_table(self, host: Published, now: float) -> bytes | None:
        told, wish = self._told.get(host.host.id), self._wish_for(host)
        if told is None or wish is None or host.table is None or host.table is told.table or now < told.table_due:
            return None
        message = self._feed.table_message(host, told.table, self._rights.commands, self._codec.binary)
        if message is None or len(message) > self._peer.limits.frame:
            return None
        told.table, told.table_due = host.table, now + wish.processes * 0.9
        return message

    # History and time.

    def fetch(self, now: float) -> Fetch | None:
        """What to look up now, if anything."""
        return self.backfill.fetch(now, lambda host: piece_rows(len(self._told[host].catalog.series)))

    def supply(self, fetch: Fetch, stretches: Iterable[Stretch]) -> None:
        """The rows for ``fetch``; what is not among them was never recorded, or is no longer kept."""
        host, told = self._feed.get(fetch.host), self._told.get(fetch.host)
        if host is None or told is None or self._archive is None:
            self.backfill.supplied(fetch, ())
            return
        lacking = Ranges([(fetch.first, fetch.last)])
        messages: list[bytes] = []
        for stretch in stretches:
            if len(stretch.catalog.series) > self._peer.limits.series:
                continue  # for this peer it is as if it had never been
            for first, last in Ranges((one, one) for one in stretch.sequences):
                lacking.remove(first, last)
            revision = host.revision_of(stretch.catalog)
            if not told.knows(revision):
                older = catalog_codec.whole(host.channel, revision, host.host, stretch.catalog, host.interval)
                older.live = False
                messages.append(self._codec.encode(older))
                told.keep(revision, stretch.catalog)
            block = partial(self._block, host, fetch.epoch, revision)
            messages += blocks.fitting(stretch, self._peer.limits.frame, block)
        absent = lacking.cut(self._archive.awaited(fetch.host, fetch.epoch, fetch.first, fetch.last))
        if len(lacking) or absent:
            messages.append(self._codec.encode(m.Block(host.channel, fetch.epoch, never=list(lacking), absent=absent)))
        self.backfill.supplied(fetch, messages)
        self._ready()

    def _block(self, host: Published, epoch: int, revision: int, body: bytes) -> bytes:
        return self._codec.encode(m.Block(host.channel, epoch, revision, body))

    def wake(self, now: float) -> None:
        """Time passes: a link that did not stumble for a minute is served more often again."""
        if self.pacing.passed(now):
            self._change_pace()
        if self.backfill.wake(now):
            self._ready()
