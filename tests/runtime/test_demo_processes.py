from __future__ import annotations

from sysmon.runtime.demo_processes import DemoProcesses


def test_what_idles_keeps_its_row_and_counters_grow() -> None:
    processes = DemoProcesses(1, 1000.0)
    first = processes.table("local", 2000.0, 1.0)
    second = processes.table("local", 2001.0, 1.0)
    assert first.rows.keys() == second.rows.keys()
    kept = [pid for pid, row in second.rows.items() if first.rows[pid] is row]
    assert kept
    assert {second.rows[pid].name for pid in kept} == {"sshd", "bash", "dbus-daemon"}
    for pid, row in second.rows.items():
        old = first.rows[pid]
        assert old.cpu_time <= row.cpu_time <= old.cpu_time + 1.0
        assert row.read_bytes >= old.read_bytes
        assert row.key == old.key


def test_every_parent_exists() -> None:
    table = DemoProcesses(3, 0.0).table("local", 1.0, 1.0)
    assert all(row.parent == 0 or row.parent in table.rows for row in table.rows.values())


def test_where_there_is_a_gpu_it_is_told_who_uses_it() -> None:
    used = DemoProcesses(1, 0.0, gpu=True).table("local", 1.0, 1.0).gpu
    assert used is not None
    assert used.by_pid
    assert all(0.0 <= use.share <= 1.0 and use.memory > 0.0 for use in used.by_pid.values())
    assert DemoProcesses(1, 0.0).table("local", 1.0, 1.0).gpu is None
