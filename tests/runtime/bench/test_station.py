"""Machines with made-up figures."""

from __future__ import annotations

from pathlib import Path

from sysmon.model.peer import Peer
from sysmon.protocol.events import Fetch
from sysmon.runtime.bench.station import Figures, Station, introduce, trust_of


def test_figures_change_as_those_of_a_desktop_and_counters_only_grow() -> None:
    figures = Figures("h", series=10)
    first, second = figures.next(1.0), figures.next(2.0)
    assert (first.sequence, second.sequence, second.time) == (1, 2, 2.0)
    assert sum(a != b for a, b in zip(first.values, second.values, strict=True)) == 4
    assert all(b >= a for a, b in list(zip(first.values, second.values, strict=True))[::2])
    assert Figures("h", series=10).next(1.0).values == first.values


def test_a_station_keeps_what_it_publishes() -> None:
    station, figures = Station("h"), Figures("h", series=3)
    for now in range(5):
        station.publish(figures.next(float(now)))
    assert station.spans("h") == [(1, 1, 5)]
    assert station.spans("other") == []
    (stretch,) = station.fetch(Fetch("h", 1, 2, 3))
    assert list(stretch.sequences) == [2, 3]
    assert not list(station.fetch(Fetch("h", 9, 2, 3)))
    assert station.side(Peer("p", "p")).hello.host.id == "h"


def test_those_who_are_introduced_know_each_other(tmp_path: Path) -> None:
    introduce(tmp_path, ["one", "two"], "center")
    center, book, _ = trust_of(tmp_path, "center")
    one, _, peer = trust_of(tmp_path, "one", ("127.0.0.1:1",))
    assert (peer.id, peer.certificate, peer.addresses) == (center.id, center.certificate, ("127.0.0.1:1",))
    assert {known.name for known in book.peers()} == {"one", "two"}
    assert book.by_certificate(one.certificate) is not None
