"""What is said of a peer's address is little, and is no name of a hub."""

from __future__ import annotations

from sysmon.transport.hints import MOST, Hints


def test_the_newest_is_first_and_they_are_few() -> None:
    hints = Hints()
    assert all(hints.add(f"192.0.2.{number}:4870") for number in range(MOST + 2))
    assert next(iter(hints)) == f"192.0.2.{MOST + 1}:4870"
    assert len(hints) == MOST


def test_one_that_is_known_or_is_no_address_is_no_news() -> None:
    hints = Hints()
    assert hints.add("[2001:db8::1]:4870")
    assert not hints.add("[2001:db8::1]:4870")
    assert not any(hints.add(text) for text in ("harbour", "", "host:0", "host:99999", "2001:db8::1:4870"))
    for address in hints:
        hints.remove(address)
        hints.remove(address)
    assert len(hints) == 0
