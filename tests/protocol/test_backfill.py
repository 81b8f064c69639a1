from __future__ import annotations

import math

import pytest

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.sample import PIECE_ROWS
from sysmon.protocol.backfill import Backfill


def rows(_: str) -> int:
    return PIECE_ROWS


def test_pieces_are_fetched_newest_first_until_nothing_is_wanted() -> None:
    backfill = Backfill()
    last = PIECE_ROWS + PIECE_ROWS // 2
    backfill.want("h", 1, [(1, last), (500, 510)])
    backfill.want("h", 2, [(1, 5)])
    fetched: list[tuple[int, int, int]] = []
    while backfill.due < math.inf:
        fetch = backfill.fetch(0.0, rows)
        assert fetch is not None
        assert backfill.fetch(0.0, rows) is None, "one at a time"
        fetched.append((fetch.epoch, fetch.first, fetch.last))
        assert backfill.supplied(fetch, [b"piece"])
        assert backfill.next(0.0, live=False) == b"piece"
    assert fetched == [(2, 1, 5), (1, 500, 510), (1, last - PIECE_ROWS + 1, last), (1, 1, last - PIECE_ROWS)]
    assert backfill.pending == 0


def test_a_quarter_of_the_link_while_live_data_flows() -> None:
    backfill = Backfill()
    backfill.want("h", 1, [(1, 10_000)])
    now, sending = 0.0, 0.0
    for _ in range(50):
        while (fetch := backfill.fetch(now, rows)) is None:
            assert backfill.due > now
            now = backfill.due
        backfill.supplied(fetch, [b"piece"])
        assert backfill.next(now, live=True) == b"piece"
        now += 0.4  # the link is busy with it
        sending += 0.4
        assert backfill.next(now, live=True) is None
    assert sending / now == pytest.approx(0.25, abs=0.01)


def test_an_idle_link_is_used_fully() -> None:
    backfill = Backfill()
    backfill.want("h", 1, [(1, 10 * PIECE_ROWS)])
    for _ in range(10):
        fetch = backfill.fetch(0.0, rows)
        assert fetch is not None
        backfill.supplied(fetch, [b"piece"])
        assert backfill.next(0.0, live=False) == b"piece"
    assert backfill.pending == 0


def test_a_piece_that_waits_for_a_full_link_is_offered_once() -> None:
    backfill = Backfill()
    backfill.want("h", 1, [(1, 10)])
    fetch = backfill.fetch(0.0, rows)
    assert fetch is not None
    backfill.supplied(fetch, [b"a"])
    assert backfill.wake(0.0)
    assert backfill.due == math.inf
    assert not backfill.wake(1.0)
    assert backfill.next(2.0, live=True) == b"a"


def test_a_new_wish_replaces_the_old_one_and_late_answers_do_no_harm() -> None:
    backfill = Backfill()
    backfill.want("h", 1, [(1, 100)])
    fetch = backfill.fetch(0.0, rows)
    assert fetch is not None
    backfill.want("h", 1, [])
    assert backfill.supplied(fetch, [b"late"])
    assert not backfill.supplied(fetch, [b"again"])
    assert backfill.next(0.0, live=False) == b"late"
    backfill.want("h", 1, [(1, 100)])
    backfill.forget("h")
    assert backfill.due == math.inf


def test_spans_that_are_none_are_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        Backfill().want("h", 1, [(5, 4)])


def test_a_peer_cannot_want_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.protocol.backfill._MOST_WANTS", 10)
    backfill = Backfill()
    for epoch in range(10):
        backfill.want("h", epoch, [(1, 1)])
    with pytest.raises(RemoteProtocolError, match="too much"):
        backfill.want("h", 10, [(1, 1)])
