from __future__ import annotations

from sysmon.ui.bench_processes import Crowd


def test_the_crowd_lives_and_is_the_same_every_time() -> None:
    one, other = Crowd(500), Crowd(500)
    first, second = one.table(), one.table()
    assert first.rows == other.table().rows
    assert second.time == first.time + 1.0
    assert len(first.rows) == len(second.rows) == 500
    same = sum(second.rows.get(pid) is row for pid, row in first.rows.items())
    assert 400 < same < 500, "most do nothing, some do, some end"
    assert all(row.parent in (0, 1) or row.parent < pid for pid, row in first.rows.items())
