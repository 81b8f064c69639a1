"""Values of fields: numbers, shares, sizes, times."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.search.fields import BY_NAME, FIELDS, ValueKind, parse_value


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (ValueKind.NUMBER, "8080", 8080.0),
        (ValueKind.NUMBER, "-5", -5.0),
        (ValueKind.NUMBER, "5k", None),
        (ValueKind.PERCENT, "5%", 5.0),
        (ValueKind.PERCENT, "2.5", 2.5),
        (ValueKind.PERCENT, "5M", None),
        (ValueKind.SIZE, "300", 300.0),
        (ValueKind.SIZE, "1.5G", 1.5 * 2**30),
        (ValueKind.SIZE, "2GiB", 2.0 * 2**30),
        (ValueKind.SIZE, "1MB/s", 2.0**20),
        (ValueKind.SIZE, "1X", None),
        (ValueKind.DURATION, "5m", 300.0),
        (ValueKind.DURATION, "2d", 172800.0),
        (ValueKind.DURATION, "2y", None),
        (ValueKind.SIZE, "", None),
        (ValueKind.SIZE, "G", None),
    ],
)
def test_values(kind: ValueKind, text: str, number: float | None) -> None:
    assert parse_value(kind, text) == number


@given(st.sampled_from(list(ValueKind)), st.text(max_size=30))
def test_any_text_is_a_finite_number_or_none(kind: ValueKind, text: str) -> None:
    number = parse_value(kind, text)
    assert number is None or abs(number) < 1e40


def test_every_name_leads_to_one_field() -> None:
    assert len(BY_NAME) == sum(1 + len(field.aliases) for field in FIELDS)


def test_the_documentation_names_every_field() -> None:
    text = (Path(__file__).parents[3] / "docs" / "filter.md").read_text(encoding="utf-8")
    assert [field.name for field in FIELDS if f"`{field.name}`" not in text] == []
