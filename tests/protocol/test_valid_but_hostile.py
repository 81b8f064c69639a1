"""Frames that are well-formed and lie: the right reason, nobody else touched, nothing said after the end, nothing left behind."""

from __future__ import annotations

import json
import math
import tracemalloc

import msgspec
import pytest

from sysmon.model.link import Reason
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON
from tests.protocol.made import catalog
from tests.protocol.victim import CATALOG, EVIL, Victim

METRIC = m.MetricEntry("a.b", "1", "gauge", 1.0)
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize("spelling", [BINARY, JSON])
@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        # counts
        (m.Catalog(1, 1, EVIL, "x", [METRIC], [m.SeriesEntry(5)]), Reason.BAD_CATALOG),
        (m.Catalog(1, 1, EVIL, "x", [METRIC], [m.SeriesEntry(0, ["a", "b"])]), Reason.BAD_CATALOG),
        (m.Catalog(1, 1, EVIL, "not its digest", [METRIC], [m.SeriesEntry(0)]), Reason.BAD_CATALOG),
        (m.Values("evil", 1, 1, 1e9, [1.0]), Reason.BAD_TICK),
        (m.Change(1, 1, 2, "x", [(0, 5)]), Reason.OUT_OF_TURN),
        # ids
        (m.Gap(99, 1, 1, 2), Reason.OUT_OF_TURN),
        (m.Have(99, 1, 1, 2), Reason.OUT_OF_TURN),
        (m.Leave(99), Reason.OUT_OF_TURN),
        (m.Processes(99, 1.0), Reason.OUT_OF_TURN),
        (m.Devices(99), Reason.OUT_OF_TURN),
        (m.Marks(99, []), Reason.OUT_OF_TURN),
        (m.Block(99, 1), Reason.OUT_OF_TURN),
        (m.Values("nobody", 1, 1, 1e9, []), Reason.BAD_TICK),
        # times
        (m.Catalog(1, 1, EVIL, CATALOG.digest, interval=-1.0), Reason.BAD_CATALOG),
        (m.Catalog(1, 1, EVIL, CATALOG.digest, interval=1e300), Reason.BAD_CATALOG),
        (m.Subscribe([m.Wish("*", -1.0)]), Reason.BAD_FRAME),
        (m.Subscribe([m.Wish("*", 1.0, processes=-5.0)]), Reason.BAD_FRAME),
    ],
)
def test_what_costs_the_link_before_a_host_is_known(spelling: str, lie: m.AnyMessage, reason: Reason) -> None:
    victim = Victim(spelling)
    victim.hear(lie)
    assert victim.ended() is reason


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        (m.Values("evil", 1, 1, NAN, [1.0] * 4), Reason.BAD_TICK),
        (m.Values("evil", 1, 1, INF, [1.0] * 4), Reason.BAD_TICK),
        (m.Values("evil", 1, 1, -1e300, [1.0] * 4), Reason.BAD_TICK),
        (m.Processes(1, NAN), Reason.BAD_FRAME),
        (m.Processes(1, 2.0, base=1.0), Reason.BAD_FRAME),
        (m.Processes(1, 2.0, gone=[5]), Reason.BAD_FRAME),
        (m.Processes(1, 2.0, steps=[m.ProcessStep(5, "x", 1, 1.0, 1.0, 1.0, 1.0)]), Reason.BAD_FRAME),
        (m.Marks(1, [m.MarkEntry(NAN, "marked", "")]), Reason.BAD_FRAME),
        (m.Gap(1, 1, 9, 2), Reason.BAD_FRAME),
        (m.Have(1, 1, 9, 2), Reason.BAD_FRAME),
        (m.Block(1, 1, never=[(9, 2)]), Reason.BAD_BLOCK),
        (m.Block(1, 1, 1, b"x" * 50), Reason.BAD_BLOCK),
        (m.Block(1, 1, 77, b""), None),
        (m.Tick([b""]), Reason.BAD_FRAME),
        (m.Tick([b"\xff" * 50]), Reason.BAD_FRAME),
        (m.Tick([b"\x05\x01"]), Reason.BAD_FRAME),
        (m.Tick([b"\x05\x09" + b"\x01" * 20]), Reason.BAD_TICK),
        (m.Change(1, 9, 2, "x", []), Reason.BAD_CATALOG),
        (m.Change(1, 1, 2, "x", [(0, 5)]), Reason.BAD_CATALOG),
        (m.Change(1, 1, 2, "x", [(-1, 3)]), Reason.BAD_CATALOG),
        (m.Catalog(1, 2, m.Host("other", "x"), "", [], []), Reason.BAD_CATALOG),
        (m.Catalog(2, 1, EVIL, catalog(0).digest, [], []), Reason.BAD_CATALOG),
        (m.Subscribe([m.Wish("*", NAN)]), Reason.BAD_FRAME),
        (m.Clock(NAN, NAN, NAN), None),
        (m.Clock(1e308, -1e308, 1e308), None),
        (m.Pace(NAN), None),
        (m.Move(["hub"], NAN), None),
    ],
)
def test_what_a_host_that_is_known_says(lie: m.AnyMessage, reason: Reason | None) -> None:
    victim = Victim()
    victim.announce()
    victim.hear(lie)
    assert victim.ended() is reason


@pytest.mark.parametrize("number", [1 << 53, (1 << 63) - 1, (1 << 64) - 1])
@pytest.mark.parametrize("field", ["channel", "epoch", "first", "last"])
def test_huge_numbers_are_no_message(field: str, number: int) -> None:
    gap = {"type": "gap", "channel": 1, "epoch": 1, "first": 1, "last": 1, field: number}
    for spelling in (BINARY, JSON):
        victim = Victim(spelling)
        victim.announce()
        victim.hear(msgspec.msgpack.encode(gap) if spelling == BINARY else json.dumps(gap).encode())
        assert victim.ended() is Reason.BAD_FRAME


def test_numbers_without_end_are_no_message() -> None:
    for text in ("9" * 5000, "1e999", "-1e999", "NaN", "Infinity", "1" + "0" * 400):
        victim = Victim(JSON)
        victim.announce()
        victim.hear(
            f'{{"type":"values","host":"evil","epoch":1,"sequence":1,"time":{text},"values":[1,1,1,1]}}'.encode()
        )
        assert victim.ended() in (Reason.BAD_FRAME, Reason.BAD_TICK)


def test_a_range_of_all_numbers_costs_nothing() -> None:
    victim = Victim()
    victim.announce()
    most = (1 << 53) - 1
    tracemalloc.start()
    victim.hear(m.Have(1, 1, 0, most), m.Gap(1, 1, 0, most), m.Block(1, 1, never=[(0, most)]))
    for _ in range(20):
        victim.now += 1.0
        victim.session.wake(victim.now)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
    assert victim.ended() in (None, Reason.SILENT)


@pytest.mark.parametrize("depth", [50, 5_000, 200_000])
def test_depth_is_no_message(depth: int) -> None:
    for spelling, deep in (
        (JSON, b'{"type":"hello","host":' + b"[" * depth),
        (JSON, b'{"type":"pace","interval":' + b'{"a":' * depth),
        (BINARY, b"\x82\xa4type\xa4pace\xa8interval" + b"\x91" * depth),
    ):
        victim = Victim(spelling)
        victim.hear(deep)
        assert victim.ended() is Reason.BAD_FRAME


def test_sizes_that_are_announced_are_not_believed() -> None:
    for data in (b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"):
        victim = Victim()
        tracemalloc.start()
        victim.hear(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1 << 18
        assert victim.ended() is not None


@pytest.mark.parametrize(("size", "reason"), [(0, Reason.BAD_FRAME), (m.MAX_FRAME + 1, Reason.TOO_LARGE)])
def test_frames_of_any_size(size: int, reason: Reason) -> None:
    victim = Victim()
    victim.hear(b"\x00" * size)
    assert victim.ended() is reason
