"""A series is its metric and its attributes, and equals any other with the same key."""

from __future__ import annotations

import pytest

from sysmon.model.metric import Kind, MetricSpec, series

SPEC = MetricSpec("x.y", "By", Kind.COUNTER, 1.0, "For the test.", ("device", "direction"))
BARE = MetricSpec("x.z", "1", Kind.GAUGE, 1.0, "For the test.")


def test_the_key_reads_like_the_name_and_its_attributes() -> None:
    assert series(SPEC, "sda", "read").key == "x.y{device=sda,direction=read}"
    assert series(BARE).key == "x.z"


def test_equal_and_hashed_by_key() -> None:
    other = MetricSpec("x.y", "By", Kind.COUNTER, 1.0, "Decoded from a peer.", ("device", "direction"))
    assert series(SPEC, "sda", "read") == series(other, "sda", "read")
    assert len({series(SPEC, "sda", "read"), series(other, "sda", "read"), series(SPEC, "sda", "write")}) == 2


def test_attributes_are_found_by_name() -> None:
    one = series(SPEC, "sda", "read")
    assert one.attribute("direction") == "read"
    assert one.attribute("colour") is None


def test_the_number_of_values_must_be_that_of_the_attributes() -> None:
    with pytest.raises(ValueError, match="declares"):
        series(SPEC, "sda")
