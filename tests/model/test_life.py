"""A life knows how long it was only where both ends were seen."""

from __future__ import annotations

from sysmon.model.life import Life


def test_the_lifetime_needs_both_ends() -> None:
    assert Life(1, "a", 0, "", 10.0, 12.5).lifetime == 2.5
    assert Life(1, "a", 0, "", None, 12.5).lifetime is None
    assert Life(1, "a", 0, "", 10.0, None).lifetime is None
