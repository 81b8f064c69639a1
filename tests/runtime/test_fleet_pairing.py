"""What a person typed is understood; which machine is meant; where this one can be reached."""

from __future__ import annotations

import pytest

from sysmon.model.errors import ConfigError
from sysmon.model.peer import Found
from sysmon.runtime.fleet_pairing import address_of, is_loopback, meant_by, own_addresses

ATLAS = Found("aaaaaaaa", "atlas", "10.0.0.1:4870")
VEGA = Found("bbbbbbbb", "vega", "10.0.0.2:4870")
KNOWN = Found("cccccccc", "lyra", "10.0.0.3:4870", paired=True)


def test_the_one_stranger_is_meant() -> None:
    assert address_of([KNOWN, ATLAS]) == "10.0.0.1:4870"


def test_of_several_it_must_be_said_which() -> None:
    with pytest.raises(ConfigError, match=r"Which machine shows that code.*atlas \(10\.0\.0\.1:4870\), vega"):
        address_of([ATLAS, VEGA])


def test_where_nobody_is_found_the_address_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="Put the address"):
        address_of([KNOWN])


def test_an_address_stands_for_itself_and_all_of_them_for_those_that_there_are() -> None:
    assert own_addresses([("192.0.2.7", 4870), ("2001:db8::1", 4870)]) == ["192.0.2.7:4870", "[2001:db8::1]:4870"]
    every = meant_by("0.0.0.0")
    assert "127.0.0.1" in every
    assert "0.0.0.0" not in every
    assert is_loopback(every[-1]), "loopback is of least use to others"


def test_an_address_is_told_once() -> None:
    assert own_addresses([("127.0.0.1", 1), ("127.0.0.1", 1)]) == ["127.0.0.1:1"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("atlas", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
