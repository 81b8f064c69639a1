"""Write the corpus anew, from real messages: ``python -m tests.fuzz.make_corpus``. What the fuzzer found is kept.

One file for each message of either spelling, for ticks, blocks, conversations, pairing and links.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import DeviceFacts, DiskFacts, InterfaceFacts
from sysmon.model.link import Reason
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.process_details import ProcessFacts, Section, ThreadFacts
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.model.sample import Stretch
from sysmon.protocol import blocks, pairing_link, pairing_messages, part_codec
from sysmon.protocol import messages as m
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.tick_codec import TickEncoder
from tests.fuzz.targets import CATALOG, TARGETS, joined
from tests.protocol.dialogue import Link, Node, run
from tests.protocol.made import batch

CORPUS: Final = Path(__file__).with_name("corpus")
FOUND: Final = "found-"
"""How inputs are called that the fuzzer found, as they reach code that no other does, or broke it; they are not made anew."""
_KEY: Final = ProcessKey(5, 1.0)
_NUMBER: Final = {target.__name__: number for number, target in enumerate(TARGETS)}


def corpus() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file."""
    for spelling, word in ((BINARY, "binary"), (JSON, "json")):
        codec = Codec(spelling)
        for message in _messages(spelling):
            name = f"decode-{word}-{type(message).__name__.lower()}"
            yield name, _input(f"decode_{word}", codec.encode(message))
        yield f"converse-{word}-publisher", _input(f"converse_{word}", joined(_conversation(spelling)))
        questions = [codec.encode(one) for one in _asked(spelling)]
        yield f"converse-{word}-questions", _input(f"converse_{word}", joined([_hello(codec), *questions]))
    yield "tick-several", _input("tick", joined(_ticks()))
    yield "block-hour", _input("block", blocks.encode(_stretch()))
    for one in _pairing():
        yield f"pairing-{type(one).__name__.lower()}", _input("pairing", pairing_messages.encode(one))
    link = pairing_link.JoinLink(("192.0.2.7:4870", "[2001:db8::7]:4870"), "a" * 52, bytes(range(16)))
    yield "link-two-addresses", _input("link", pairing_link.format_link(link).encode())


def _pairing() -> list[pairing_messages.AnyPairing]:
    card = pairing_messages.Card("atlas", b"0" * 40, ["192.0.2.7:4870"])
    return [
        pairing_messages.Ask(1, True, b"12345678", b"s" * 33, card),
        pairing_messages.Offer(b"s" * 33, card),
        pairing_messages.Proof(b"m" * 32, b"n" * 32, b"g" * 70),
        pairing_messages.Done(b"m" * 32, b"n" * 32),
        pairing_messages.Refuse(Reason.CODE_WRONG.number),
    ]


def _input(target: str, data: bytes) -> bytes:
    return bytes([_NUMBER[target]]) + data


def _hello(codec: Codec) -> bytes:
    limits = m.Limits()
    capabilities = ["ask", "change", "clock", "devices", "history", "marks", "processes"]
    return codec.encode(m.Hello("peer 1", 1, 1, m.Host("atlas", "Atlas", m.Facts(os_name="x")), capabilities, limits))


def _conversation(spelling: str) -> list[bytes]:
    """All that a publisher says: history, a new catalog, processes, devices, marks, farewell."""
    atlas, desk = Node("atlas"), Node("desk", {"*": m.Wish("*", 1.0, processes=1.0)})
    atlas.spelling = desk.spelling = spelling
    atlas.use(CATALOG)
    atlas.feed.put_host(atlas.host)
    link = Link(atlas, desk)
    for number in range(5):
        atlas.publish(now=number - 5.0)
    atlas.feed.put_table(ProcessTable("atlas", 1.0, {5: _row(5, 1.0), 6: _row(6, 0.0)}))
    atlas.feed.put_mark(Mark("atlas", 5.0, MarkKind.USER, "here"))
    atlas.feed.put_devices(
        DeviceFacts("atlas", (DiskFacts("sda", "ssd", "Fast", 5),), (InterfaceFacts("eth0", "wired"),))
    )
    link.connect()
    run(link, 2)
    atlas.feed.put_table(ProcessTable("atlas", 2.0, {5: _row(5, 2.0)}))
    atlas.use(CATALOG.__class__(CATALOG.series[:30]))
    run(link, 2)
    assert atlas.session is not None
    assert not atlas.session.finished
    atlas.session.close(Reason.STOPPING_HERE, "bye", 5.0, ["hub"])
    said = list(link.sent["left"])
    while (message := atlas.session.pull(link.now)) is not None:
        said.append(message)
    return said


def _row(pid: int, cpu: float) -> ProcessRow:
    return ProcessRow(
        ProcessKey(pid, 1.0), 1, "web", "ada", "running", 0, 3, cpu, 5.0, 0.0, float("nan"), "web -p", False
    )


def _messages(spelling: str) -> list[m.AnyMessage]:
    """One of each kind."""
    codec = Codec(spelling)
    found: dict[type, m.AnyMessage] = {}
    for data in _conversation(spelling):
        message = codec.decode(data)
        assert message is not None
        found.setdefault(type(message), message)
    more: list[m.AnyMessage] = [
        m.Change(1, 1, 2, "d", [(0, 5), (-1, 1)], [m.MetricEntry("a.b", "1", "gauge", 0.5)], [m.SeriesEntry(0)]),
        m.Leave(1, 3),
        m.Values("atlas", 1, 5, 1e9, [1.5, None]),
        m.Tick([b"\x05\x01\x01\x05", b"\x04\x00\x00"]),
        m.Subscribe([m.Wish("*", 1.0, ["system.cpu"], 2.0)]),
        m.Update([m.Wish("atlas", 5.0)]),
        m.Want(1, 1, [(1, 5), (8, 8)]),
        m.Block(1, 1, 1, blocks.encode(_stretch()), [(9, 9)]),
        m.Clock(5.0, 6.0, 6.5),
        m.Gap(1, 1, 5, 9),
        m.Pace(2.0),
        m.Move(["hub"], 3.0),
        m.Error(41, "no"),
        *_asked(spelling)[:1],
        m.Answer(1, _raw(spelling, q.Living([_KEY]))),
        m.Cancel(1),
    ]
    for message in more:
        found.setdefault(type(message), message)
    return list(found.values())


def _raw(spelling: str, body: object) -> msgspec.Raw:
    return msgspec.Raw((msgspec.msgpack if spelling == BINARY else msgspec.json).encode(body))


def _asked(spelling: str) -> list[m.AnyMessage]:
    """A conversation of questions and answers."""
    target = parts.TargetPart(_KEY, "web")
    questions: list[q.Question] = [
        q.Look(_KEY, "facts"),
        q.Act([target], parts.SetAffinity([0, 1])),
        q.Act([target], parts.SetLimit(0.5, 0.0)),
        q.Alive([_KEY]),
        q.Search("port:80"),
        q.Services([_KEY]),
        q.Columns([_KEY], ["memory"], others=True),
        q.Group(target),
        q.Past(_KEY, "web", 5.0),
        q.Births(5, 1.0, 5),
        q.Log(5),
        q.May(),
    ]
    facts = TabAnswer(_KEY, Tab.FACTS, 5.0, ProcessFacts.unknown(_KEY, "x"))
    threads = TabAnswer(_KEY, Tab.THREADS, 5.0, Section((ThreadFacts(5, "a", "running", 1.0, 2.0),)))
    replies: list[q.Reply] = [
        part_codec.looked(facts),
        part_codec.looked(threads),
        q.Refused(Reason.NOT_ALLOWED.number, "no"),
        q.Looked(5.0, "gone", gone=True),
    ]
    asks: list[m.AnyMessage] = [
        m.Ask(number, "desk", _raw(spelling, one)) for number, one in enumerate(questions, start=1)
    ]
    answers: list[m.AnyMessage] = [m.Answer(number, _raw(spelling, one)) for number, one in enumerate(replies, start=1)]
    return [*asks, m.Cancel(2), *answers]


def _ticks() -> list[bytes]:
    encoder = TickEncoder(1, 1, CATALOG, 1.0)
    rows = [[float(second * (at % 3)) for at in range(len(CATALOG.series))] for second in range(5)]
    rows[3][4], rows[4][5] = float("nan"), 1.0 / 3.0
    return [encoder.encode(batch(CATALOG, 10 + second, row)) for second, row in enumerate(rows)]


def _stretch() -> Stretch:
    rows = [[float(second + at % 7) for at in range(len(CATALOG.series))] for second in range(20)]
    return Stretch.of([batch(CATALOG, second + 1, row) for second, row in enumerate(rows)])


def main() -> int:
    """Write the files; answer the exit code."""
    CORPUS.mkdir(exist_ok=True)
    for old in CORPUS.iterdir():
        if not old.name.startswith(FOUND):
            old.unlink()
    for name, data in corpus():
        (CORPUS / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
