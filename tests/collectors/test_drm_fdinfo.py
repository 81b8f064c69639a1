"""Clients of GPUs from fdinfo: parsing, finding, adding up."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors import drm_fdinfo
from sysmon.collectors.drm_fdinfo import (
    FIRST_WAIT,
    HOLDER_WAIT,
    LONGEST_WAIT,
    Client,
    EngineTotals,
    FdinfoScanner,
    Owned,
    parse_fdinfo,
    processes_of,
)
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import write_tree
from tests.collectors.trees import gpu_process, i915_fdinfo, link, remove_tree, xe_fdinfo

DEVICE = "0000:00:02.0"


def test_a_client_of_i915() -> None:
    client = parse_fdinfo(i915_fdinfo(7, 1_500_000_000).encode())
    assert client is not None
    assert (client.device, client.identity, client.memory) == (DEVICE, "7", 20480 * 1024)
    assert client.engines == {"render": 1.5, "copy": 0.0, "video": 0.0, "video-enhance": 0.0}
    assert client.cycles == {}


def test_a_client_of_xe() -> None:
    client = parse_fdinfo(xe_fdinfo(3, 1000, 5000).encode())
    assert client is not None
    assert client.cycles == {"rcs": (1000.0, 5000.0)}
    assert client.memory == 5 * 1024 * 1024
    assert client.engines == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"pos:\t0\nflags:\t0100000\n",
        b"drm-driver:\ti915\n",
        b"drm-pdev:\t0000:00:02.0\n",
        b"drm-client-id:\t1\n",
    ],
)
def test_what_is_no_client(data: bytes) -> None:
    assert parse_fdinfo(data) is None


def test_nonsense_in_a_client_costs_only_that_field() -> None:
    text = i915_fdinfo(7, 1) + "drm-engine-x:\t-5 ns\ndrm-engine-y:\tmany ns\ndrm-engine-z:\t5 s\ndrm-cycles-q:\t5\n"
    client = parse_fdinfo(text.encode())
    assert client is not None
    assert not set("xyz") & set(client.engines)
    assert client.cycles == {}


@given(st.binary(max_size=500), st.binary(max_size=100))
def test_any_bytes_are_parsed(data: bytes, value: bytes) -> None:
    parse_fdinfo(data)
    client = parse_fdinfo(i915_fdinfo(7, 1).encode() + b"drm-engine-x: " + value + b"\ndrm-resident-y: " + value)
    assert client is None or all(seconds >= 0 for seconds in client.engines.values())


def test_descriptors_of_one_client_count_once_even_over_processes(tmp_path: Path) -> None:
    text = i915_fdinfo(1, 10)
    gpu_process(tmp_path, 100, (5, text), (6, text), (7, i915_fdinfo(2, 20)))
    gpu_process(tmp_path, 101, (5, text))
    write_tree(tmp_path, {"meminfo": "", "self/x": ""})
    found = FdinfoScanner(tmp_path, HandClock()).read()
    assert sorted(owned.client.identity for owned in found) == ["1", "2"]


def test_a_process_without_a_gpu_is_looked_through_ever_less_often(tmp_path: Path) -> None:
    clock = HandClock()
    gpu_process(tmp_path, 100)
    scanner = FdinfoScanner(tmp_path, clock)
    assert scanner.read() == []
    link(tmp_path / "100/fd/5", "/dev/dri/card0")
    write_tree(tmp_path, {"100/fdinfo/5": i915_fdinfo(1, 10)})
    assert scanner.read() == [], "not due yet"
    clock.pass_by(FIRST_WAIT)
    assert len(scanner.read()) == 1


def test_a_process_that_holds_a_gpu_is_looked_through_again_soon(tmp_path: Path) -> None:
    clock = HandClock()
    gpu_process(tmp_path, 100, (5, i915_fdinfo(1, 10)))
    scanner = FdinfoScanner(tmp_path, clock)
    for _ in range(10):
        clock.pass_by(LONGEST_WAIT)
        assert len(scanner.read()) == 1
    link(tmp_path / "100/fd/6", "/dev/dri/card0")
    write_tree(tmp_path, {"100/fdinfo/6": i915_fdinfo(2, 10)})
    clock.pass_by(HOLDER_WAIT)
    assert len(scanner.read()) == 2
    (tmp_path / "100/fd/6").unlink()
    (tmp_path / "100/fdinfo/6").unlink()
    link(tmp_path / "100/fd/7", "/dev/dri/card0")
    write_tree(tmp_path, {"100/fdinfo/7": i915_fdinfo(3, 10)})
    assert len(scanner.read()) == 1
    assert len(scanner.read()) == 2, "one that went makes it look at once"


def test_a_process_without_a_gpu_waits_ever_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    gpu_process(tmp_path, 100)
    scanner = FdinfoScanner(tmp_path, clock)
    looks: list[float] = []
    real = drm_fdinfo.os.scandir

    def count(path: str) -> object:
        looks.append(clock.now)
        return real(path)

    monkeypatch.setattr("os.scandir", count)
    for _ in range(1100):
        scanner.read()
        clock.pass_by(1)
    waits = [later - before for before, later in itertools.pairwise(looks)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512]


def test_closed_descriptors_and_ended_processes_are_left_out(tmp_path: Path) -> None:
    clock = HandClock()
    gpu_process(tmp_path, 100, (5, i915_fdinfo(1, 10)))
    gpu_process(tmp_path, 101, (5, i915_fdinfo(2, 10)))
    scanner = FdinfoScanner(tmp_path, clock)
    assert len(scanner.read()) == 2
    remove_tree(tmp_path / "101")
    (tmp_path / "100/fdinfo/5").unlink()
    assert scanner.read() == []
    write_tree(tmp_path, {"100/fdinfo/5": "pos: 0\n"})
    assert scanner.read() == []


def test_newcomers_are_those_since_the_reading_before(tmp_path: Path) -> None:
    scanner = FdinfoScanner(tmp_path, HandClock())
    gpu_process(tmp_path, 100)
    scanner.read()
    assert scanner.take_newcomers() == frozenset()
    gpu_process(tmp_path, 101)
    gpu_process(tmp_path, 102)
    scanner.read()
    remove_tree(tmp_path / "102")
    scanner.read()
    assert scanner.take_newcomers() == {101}
    assert scanner.take_newcomers() == frozenset()


def test_looking_through_is_bounded_after_the_first_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drm_fdinfo, "LINKS_PER_READ", 4)
    scanner = FdinfoScanner(tmp_path, HandClock())
    scanner.read()
    for pid in range(100, 110):
        gpu_process(tmp_path, pid, (5, i915_fdinfo(pid, 10)))
    counts = [len(scanner.read()) for _ in range(7)]
    assert counts == [2, 4, 6, 8, 10, 10, 10]


def test_descriptors_of_others_are_noted_as_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gpu_process(tmp_path, 100, (5, i915_fdinfo(1, 10)))
    real = drm_fdinfo.os.scandir

    def refuse(path: str) -> object:
        if path.endswith("/100/fd"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", refuse)
    scanner = FdinfoScanner(tmp_path, HandClock())
    assert scanner.read() == []
    assert scanner.denied


def test_no_proc_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        FdinfoScanner(tmp_path / "nowhere", HandClock()).read()


def owned(pid: int, identity: str, **engines: float) -> Owned:
    return Owned(pid, Client(DEVICE, identity, engines))


def cycles(identity: str, busy: float, total: float) -> Owned:
    return Owned(1, Client(DEVICE, identity, {}, {"rcs": (busy, total)}))


def test_totals_count_from_when_a_client_is_first_seen() -> None:
    totals = EngineTotals()
    assert totals.add([owned(1, "a", render=100.0)], frozenset(), 0.0) == {(DEVICE, "render"): 0.0}
    assert totals.add([owned(1, "a", render=101.5)], frozenset(), 1.0) == {(DEVICE, "render"): 1.5}
    later = totals.add([owned(1, "a", render=102.0), owned(2, "b", render=50.0)], frozenset(), 2.0)
    assert later == {(DEVICE, "render"): 2.0}, "b may be old: its past is not ours"


def test_all_that_a_new_process_used_counts() -> None:
    totals = EngineTotals()
    totals.add([], frozenset(), 0.0)
    assert totals.add([owned(5, "a", render=0.4)], frozenset({5}), 1.0) == {(DEVICE, "render"): 0.4}


def test_totals_stay_where_clients_leave() -> None:
    totals = EngineTotals()
    totals.add([owned(1, "a", render=0.0)], frozenset(), 0.0)
    totals.add([owned(1, "a", render=9.0)], frozenset(), 1.0)
    assert totals.add([], frozenset(), 2.0) == {(DEVICE, "render"): 9.0}


def test_cycles_become_seconds() -> None:
    totals = EngineTotals()
    totals.add([cycles("a", 0, 1000)], frozenset(), 10.0)
    assert totals.add([cycles("a", 500, 2000)], frozenset(), 12.0) == {(DEVICE, "rcs"): 1.0}
    assert totals.add([cycles("a", 500, 2000)], frozenset(), 14.0) == {(DEVICE, "rcs"): 1.0}, "a clock that stands"


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(0, 1e9)), max_size=20))
def test_totals_never_fall(readings: list[dict[str, float]]) -> None:
    totals, last = EngineTotals(), 0.0
    for number, reading in enumerate(readings):
        clients = [owned(1, identity, render=seconds) for identity, seconds in reading.items()]
        now = totals.add(clients, frozenset(), float(number)).get((DEVICE, "render"), 0.0)
        assert now >= last
        last = now


def test_processes_add_up_their_clients() -> None:
    clients = [
        owned(1, "a", render=1.0, video=2.0),
        Owned(1, Client(DEVICE, "b", {"render": 4.0}, {}, 100.0)),
        Owned(1, Client(DEVICE, "c", {}, {"rcs": (1.0, 2.0)}, 50.0)),
        Owned(2, Client("other", "a", {"render": 9.0})),
    ]
    (found,) = processes_of(clients, {DEVICE})
    assert (found.pid, found.memory, found.engine_time) == (1, 150.0, 7.0)
    assert math.isnan(found.utilization)
