"""A fleet that nobody told anything shares nothing, and would listen on loopback only."""

from __future__ import annotations

from sysmon.runtime.fleet_place import FleetOptions


def test_the_defaults_are_safe() -> None:
    options = FleetOptions()
    assert not options.on
    assert options.addresses == ("127.0.0.1",)
    assert not options.relays
    assert options.dial == ()
