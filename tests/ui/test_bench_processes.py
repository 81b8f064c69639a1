from __future__ import annotations

from sysmon.ui.bench_processes import Crowd, seen_of


def test_the_crowd_lives_and_is_the_same_every_time() -> None:
    one, other = Crowd(500), Crowd(500)
    first, second = one.table(), one.table()
    assert first.rows == other.table().rows
    assert second.time == first.time + 1.0
    assert len(first.rows) == len(second.rows) == 500
    same = sum(second.rows.get(pid) is row for pid, row in first.rows.items())
    assert 400 < same < 500, "most do nothing, some do, some end"
    assert all(row.parent in (0, 1) or row.parent < pid for pid, row in first.rows.items())


def test_of_what_is_forked_a_table_sees_a_part_that_is_gone_in_the_next() -> None:
    assert seen_of(200.0) == 65
    crowd = Crowd(300, 200.0)
    first, second, third = crowd.table(), crowd.table(), crowd.table()
    for table in (first, second, third):
        forked = [row for row in table.rows.values() if row.name == "fork"]
        assert len(forked) == 65
        assert len(table.rows) == 365
        assert all(row.parent == 2 and table.time - 1.0 <= row.key.start <= table.time for row in forked)
    assert not {pid for pid, row in first.rows.items() if row.name == "fork"} & second.rows.keys()
    assert 2 in third.rows, "their parent lives on"
