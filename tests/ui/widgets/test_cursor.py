from __future__ import annotations

from sysmon.ui.widgets.cursor import TimeCursor


def test_only_changes_are_told(cursor: TimeCursor) -> None:
    told: list[float | None] = []
    cursor.moved.connect(lambda: told.append(cursor.time))
    for time in (1.0, 1.0, 2.0, None, None):
        cursor.point(time)
    assert told == [1.0, 2.0, None]
