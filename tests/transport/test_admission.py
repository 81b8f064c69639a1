"""Who may knock, and how often."""

from __future__ import annotations

from sysmon.transport.admission import Admission, Pace, block_of


def test_an_address_may_knock_in_a_burst_and_then_slowly() -> None:
    door = Admission(most_open=100, burst=3, rate=0.5)
    assert [door.arrive("192.0.2.1", 0.0) for _ in range(4)] == [True, True, True, False]
    assert not door.arrive("192.0.2.1", 1.9)
    assert door.arrive("192.0.2.1", 2.0)
    assert door.arrive("192.0.2.2", 2.0), "another address has tokens of its own"
    assert door.refused == 2


def test_those_at_the_door_are_bounded_wherever_they_come_from() -> None:
    door = Admission(most_open=2)
    assert door.arrive("192.0.2.1", 0.0)
    assert door.arrive("192.0.2.2", 0.0)
    assert not door.arrive("192.0.2.3", 0.0)
    door.leave()
    assert door.arrive("192.0.2.3", 0.0)
    assert door.open == 2


def test_a_peer_that_proves_itself_pays_nothing() -> None:
    door = Admission(burst=2, rate=0.0)
    for _ in range(500):
        assert door.arrive("192.0.2.1", 0.0)
        door.prove("192.0.2.1", 0.0)
    assert door.open == 0


def test_the_table_of_addresses_is_bounded() -> None:
    door = Admission(most_open=1 << 30)
    for number in range(20_000):
        door.arrive(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(door._buckets) <= 4096


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    assert block_of("2001:db8::1") == block_of("2001:db8::ffff:1") != block_of("2001:db8:0:1::1")
    assert block_of("fe80::1%eth0") == block_of("fe80::2%eth0")
    assert block_of("192.0.2.1") == "192.0.2.1"
    assert block_of("no:address") == "no:address"


def test_all_together_come_at_a_pace() -> None:
    pace = Pace(2.0, 1.0)
    assert [pace.take(0.0) for _ in range(3)] == [True, True, False]
    assert pace.take(1.0)
    assert not pace.take(1.0)
