"""``/proc/stat`` of several kernels, of hot-plugged cores, and of no kernel at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.cpu import CpuCollector, parse_cpu_times, parse_events, physical_cores, split_stat
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree

LINUX_6 = b"""\
cpu  1000 200 300 40000 500 60 70 80 90 10
cpu0 600 100 200 20000 300 60 40 80 90 10
cpu1 400 100 100 20000 200 0 30 0 0 0
intr 123456 7 0 0 3 0 0
ctxt 987654321
btime 1700000000
processes 4242
procs_running 3
procs_blocked 1
softirq 5555 1 2 3 4
"""
LINUX_2_4_COLUMNS = b"""\
cpu  1000 200 300 40000
cpu0 1000 200 300 40000
intr 99 1 2
ctxt 5
btime 1
processes 7
"""


def machine(root: Path, stat: bytes) -> CpuCollector:
    write_tree(root, {"proc/stat": stat})
    collector = CpuCollector(root / "proc", root / "sys")
    collector._hz = 100.0
    return collector


def mode(name: str) -> str:
    return f"system.cpu.time{{cpu.mode={name}}}"


def core(number: int, state: str) -> str:
    return f"system.cpu.logical.time{{cpu.logical_number={number},cpu.mode={state}}}"


def test_every_second_counts_in_one_mode_and_guest_time_not_twice(tmp_path: Path) -> None:
    found = figures(machine(tmp_path, LINUX_6).read())
    assert found[mode("user")] == 10.0
    assert found[mode("nice")] == 2.0
    assert found[mode("interrupt")] == 0.6
    assert found[mode("steal")] == 0.8
    assert sum(value for key, value in found.items() if key.startswith("system.cpu.time")) == pytest.approx(422.1)
    assert found[core(0, "busy")] == pytest.approx(10.8)
    assert found[core(0, "idle")] == 203.0
    assert found[core(1, "busy")] == pytest.approx(6.3)
    assert found["system.cpu.logical.count"] == 2.0


def test_events_and_states_of_processes(tmp_path: Path) -> None:
    found = figures(machine(tmp_path, LINUX_6).read())
    assert found["system.linux.context_switches"] == 987654321.0
    assert found["system.linux.interrupts"] == 123456.0
    assert found["system.process.created"] == 4242.0
    assert found["system.process.count{process.state=running}"] == 3.0
    assert found["system.process.count{process.state=blocked}"] == 1.0


def test_a_kernel_with_fewer_modes_says_what_it_lacks(tmp_path: Path) -> None:
    reading = machine(tmp_path, LINUX_2_4_COLUMNS).read()
    found, missing = figures(reading), reasons(reading)
    assert found[mode("idle")] == 400.0
    assert mode("steal") not in found
    assert missing[mode("steal")] == "this kernel does not count this mode"
    assert "system.process.count{process.state=running}" in missing
    assert found[core(0, "busy")] == 15.0


def test_the_layout_is_the_same_object_until_it_changes(tmp_path: Path) -> None:
    collector = machine(tmp_path, LINUX_6)
    first = collector.read()
    write_tree(tmp_path, {"proc/stat": LINUX_6.replace(b"cpu1 400", b"cpu1 900")})
    second = collector.read()
    assert second.series is first.series
    assert figures(second)[core(1, "busy")] == pytest.approx(11.3)


def test_a_core_taken_offline_leaves_and_comes_back(tmp_path: Path) -> None:
    collector = machine(tmp_path, LINUX_6)
    both = collector.read().series
    offline = b"".join(line for line in LINUX_6.splitlines(keepends=True) if not line.startswith(b"cpu0"))
    write_tree(tmp_path, {"proc/stat": offline})
    found = figures(collector.read())
    assert core(0, "busy") not in found
    assert found[core(1, "busy")] == pytest.approx(6.3)
    assert found["system.cpu.logical.count"] == 1.0
    write_tree(tmp_path, {"proc/stat": LINUX_6})
    assert [each.key for each in collector.read().series] == [each.key for each in both]


def test_256_cores(tmp_path: Path) -> None:
    lines = [b"cpu  %d 0 0 0 0 0 0 0 0 0" % sum(range(256))]
    lines += [b"cpu%d %d 0 0 0 0 0 0 0 0 0" % (number, number) for number in range(256)]
    found = figures(machine(tmp_path, b"\n".join(lines) + b"\nintr 1\nctxt 2\n").read())
    assert found["system.cpu.logical.count"] == 256.0
    assert sum(found[core(number, "busy")] for number in range(256)) == pytest.approx(found[mode("user")])


def test_counters_that_run_backwards_stay_as_the_kernel_gave_them(tmp_path: Path) -> None:
    collector = machine(tmp_path, LINUX_6)
    collector.read()
    write_tree(tmp_path, {"proc/stat": LINUX_6.replace(b"40000 500", b"39999 499")})
    found = figures(collector.read())
    assert (found[mode("idle")], found[mode("iowait")]) == (399.99, 4.99)


def test_physical_cores_are_counted_once_for_their_threads(tmp_path: Path) -> None:
    tree = {}
    for cpu, (package, core_id) in enumerate([(0, 0), (0, 1), (0, 0), (0, 1), (1, 0), (1, 0)]):
        tree[f"devices/system/cpu/cpu{cpu}/topology/physical_package_id"] = f"{package}\n"
        tree[f"devices/system/cpu/cpu{cpu}/topology/core_id"] = f"{core_id}\n"
    write_tree(tmp_path, tree | {"devices/system/cpu/cpufreq/x": "", "devices/system/cpu/cpu6/online": "0"})
    assert physical_cores(tmp_path) == 3


def test_a_kernel_without_topology_says_so(tmp_path: Path) -> None:
    assert physical_cores(tmp_path) is None
    assert "system.cpu.physical.count" in reasons(machine(tmp_path, LINUX_6).read())


def test_no_proc_is_unavailable_and_a_vanished_one_is_noticed(tmp_path: Path) -> None:
    collector = CpuCollector(tmp_path, tmp_path)
    with pytest.raises(CollectorUnavailable, match="does not exist"):
        collector.read()
    collector.close()
    collector.close()


@pytest.mark.parametrize(
    "stat",
    [
        b"",
        b"\x00\xff" * 5000,
        b"cpu \nintr 1\n",
        b"cpu  1 2 3\nintr 1\n",
        b"cpu  1 2 3 4\ncpu0 1 2 3\nintr 1\n",
        b"cpu  1 2 x 4\nintr 1\n",
        b"cpu  1 2 3 4\nintr 1\nctxt many\n",
        b"cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu0 1 2 3 4\nintr 1\n",
        b"cpu  " + b"9" * 400 + b" 2 3 4\nintr 1\n",
        b"cpu  " + b"9" * 5000 + b" 2 3 4\nintr 1\n",
        b"cpu  1 2 3 4 5 6 7 8 9 10",
    ],
)
def test_what_is_no_proc_stat_fails_with_one_kind_of_error(tmp_path: Path, stat: bytes) -> None:
    with pytest.raises(CollectorFailed, match="/proc/stat"):
        machine(tmp_path, stat).read()


@given(st.binary(max_size=300) | st.text("cpu0123456789 \nintrx-").map(lambda text: b"cpu " + text.encode()))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    try:
        cpu_lines, rest = split_stat(data)
        times = parse_cpu_times(cpu_lines)
        events = parse_events(rest)
    except CollectorFailed:
        return
    assert len(times.lines) == len(times.busy) == len(times.idle)
    assert all(isinstance(value, float) for value in events.values())
