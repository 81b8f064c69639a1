"""A back-fill in many pieces is told a few times, and its end is never left untold."""

from __future__ import annotations

from sysmon.pipeline.past import EVERY, NOTHING, Filled, Past


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_many_pieces_are_told_together() -> None:
    clock = Clock()
    past = Past(clock)
    assert past.of("a") == NOTHING
    told: list[Filled] = []
    for piece in range(60):
        past.put("a", 3600.0 - 60 * piece, 3659.0 - 60 * piece)
        for _ in range(3):
            if not told or past.of("a") != told[-1]:
                told.append(past.of("a"))
        clock.now += 0.1
    clock.now += EVERY
    told.append(past.of("a"))
    assert [one.count for one in told] == [1, 2, 3, 4]
    assert (told[0].start, told[0].end) == (3600.0, 3659.0)
    assert min(one.start for one in told) == 60.0
    assert past.of("a") is told[-1]


def test_hosts_are_told_apart_and_forgotten() -> None:
    past = Past(Clock())
    past.put("a", 1.0, 2.0)
    assert past.of("b") == NOTHING
    assert past.of("a").count == 1
    past.forget("a")
    past.forget("a")
    assert past.of("a") == NOTHING


def test_a_change_concerns_who_looks_there_and_who_missed_one() -> None:
    filled = Filled(3, 100.0, 200.0)
    assert not filled.concerns(3, 0.0, 300.0)
    assert filled.concerns(2, 150.0, 300.0)
    assert filled.concerns(2, 0.0, 100.0)
    assert not filled.concerns(2, 201.0, 300.0)
    assert filled.concerns(1, 201.0, 300.0)
