from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from sysmon.ui import garbage
from sysmon.ui.garbage import PACE, Garbage


class Knot:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(garbage, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def collector(clock: list[float]) -> Iterator[Garbage]:
    made = Garbage()
    yield made
    made.close()


@pytest.mark.usefixtures("collector")
def test_no_other_thread_collects() -> None:
    knot = weakref.ref(Knot())

    def allocate() -> None:
        held = [[] for _ in range(20_000)]
        assert held

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert knot() is not None


def test_cycles_go_when_it_is_time(collector: Garbage, clock: list[float]) -> None:
    knot = weakref.ref(Knot())
    held = [[] for _ in range(5000)]
    assert collector.tidy() is None
    clock[0] += PACE
    assert collector.tidy() is not None
    assert knot() is None
    assert held


def test_afterwards_the_collector_is_as_before(clock: list[float]) -> None:
    assert gc.isenabled()
    made = Garbage()
    assert not gc.isenabled()
    made.close()
    made.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
