from __future__ import annotations

from sysmon.model.events import Mark, MarkKind
from sysmon.protocol.holdings import EPOCHS, MARKS, RANGES, Holdings


def test_what_is_missing_comes_newest_first_and_only_as_far_as_it_matters() -> None:
    holdings = Holdings(keep=100)
    holdings.add("h", 1, 950, 960)
    holdings.add("h", 1, 980, 990)
    assert holdings.missing("h", 1, 1, 1000, 9) == [(991, 1000), (961, 979), (901, 949)]
    assert holdings.missing("h", 1, 1, 1000, 1) == [(991, 1000)]
    assert holdings.missing("h", 2, 5, 7, 9) == [(5, 7)]
    assert holdings.missing("other", 1, 7, 5, 9) == []
    assert holdings.has("h", 1, 985)
    assert not holdings.has("h", 1, 979)
    assert not holdings.has("h", 2, 985)
    assert holdings.newest("h", 1) == 990
    assert holdings.newest("h", 2) is None


def test_a_peer_cannot_make_it_grow() -> None:
    holdings = Holdings(keep=100)
    for epoch in range(1000):
        for sequence in range(0, 1000, 2):
            holdings.add("h", epoch, sequence, sequence)
    assert holdings.size() <= EPOCHS * 64
    holdings.add("h", 0, 1, 1)
    assert not holdings.has("h", 0, 1), "an epoch older than all that are kept"


def test_an_hour_counts_at_every_interval_down_to_a_quarter_of_a_second() -> None:
    holdings = Holdings()
    hour = {1.0: 3600, 5.0: 720, 0.25: 14_400, 0.05: 14_400}
    for interval, sequences in hour.items():
        (found,) = holdings.missing("h", 1, 1, 100_000, 9, interval)
        assert found == (100_000 - sequences + 1, 100_000)
    for sequence in range(1, 40_000):
        holdings.add("h", 1, sequence, sequence)
    assert holdings.missing("h", 1, 1, 39_999, 9, 0.25) == []
    assert holdings.size() == 1


def test_holes_without_end_do_not_make_it_grow() -> None:
    holdings = Holdings()
    for sequence in range(0, 14_000, 2):
        holdings.add("h", 1, sequence, sequence)
    assert holdings.size() == RANGES
    assert holdings.newest("h", 1) == 13_998


def test_a_host_can_be_forgotten() -> None:
    holdings = Holdings()
    holdings.add("h", 1, 1, 5)
    holdings.forget("h")
    holdings.forget("h")
    assert holdings.size() == 0


def test_a_mark_is_new_once_and_the_oldest_are_forgotten() -> None:
    holdings = Holdings()
    marks = [Mark("h", float(number), MarkKind.USER, "") for number in range(MARKS + 1)]
    assert all(holdings.is_new(mark) for mark in marks)
    assert not holdings.is_new(marks[1])
    assert holdings.is_new(marks[0]), "there is room for so many"
    holdings.forget("h")
    assert holdings.is_new(marks[5])


def test_the_next_of_an_epoch_follows_and_nothing_else_does() -> None:
    holdings = Holdings(keep=8)
    assert not holdings.follow("h", 1, 1)
    holdings.add("h", 1, 1, 3)
    assert [holdings.follow("h", 1, n) for n in (3, 5, 4, 4, 5)] == [False, False, True, False, True]
    assert not holdings.follow("h", 2, 6)
    assert not holdings.follow("g", 1, 6)
    assert all(holdings.follow("h", 1, n) for n in range(6, 100))
    assert holdings.newest("h", 1) == 99
    assert not holdings.has("h", 1, 50)
    assert holdings.missing("h", 1, 92, 99, 9) == []
