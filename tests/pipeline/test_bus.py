"""The bus delivers by type, in order, and one bad subscriber harms nobody."""

from __future__ import annotations

import logging

import pytest

from sysmon.pipeline.bus import Bus


def test_delivers_to_the_type_in_order() -> None:
    bus = Bus()
    heard: list[object] = []
    bus.subscribe(int, lambda event: heard.append(("first", event)))
    bus.subscribe(int, lambda event: heard.append(("second", event)))
    bus.subscribe(str, heard.append)
    bus.publish(1)
    bus.publish("a")
    bus.publish(2.0)
    assert heard == [("first", 1), ("second", 1), "a"]


def test_leaving_ends_delivery_and_is_idempotent() -> None:
    bus = Bus()
    heard: list[int] = []
    leave = bus.subscribe(int, heard.append)
    bus.publish(1)
    leave()
    leave()
    bus.publish(2)
    assert heard == [1]
    assert len(bus) == 0


def test_a_failing_subscriber_is_logged_once_and_again_after_it_recovered(caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus()
    heard: list[int] = []

    def picky(event: int) -> None:
        if event < 0:
            raise ValueError("negative")

    bus.subscribe(int, picky)
    bus.subscribe(int, heard.append)
    with caplog.at_level(logging.ERROR):
        for event in (-1, -2, -3):
            bus.publish(event)
        assert len(caplog.records) == 1
        bus.publish(1)
        bus.publish(-1)
    assert len(caplog.records) == 2
    assert heard == [-1, -2, -3, 1, -1]


def test_leaving_while_an_event_is_delivered_is_safe() -> None:
    bus = Bus()
    heard: list[int] = []

    def once(event: int) -> None:
        heard.append(event)
        leave()

    leave = bus.subscribe(int, once)
    bus.subscribe(int, heard.append)
    bus.publish(7)
    bus.publish(8)
    assert heard == [7, 7, 8]
