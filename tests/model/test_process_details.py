"""Values of process details: what is unknown says so everywhere."""

from __future__ import annotations

import dataclasses

import pytest

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Fact, ProcessFacts, Section


def test_nothing_known_is_one_reason_for_every_part() -> None:
    facts = ProcessFacts.unknown(ProcessKey(7, 1.0), "hidden")
    parts = [value for value in vars_of(facts).values() if isinstance(value, Fact | Section)]
    assert len(parts) == 19
    assert {part.missing for part in parts} == {"hidden"}
    assert facts.state == "unknown"


def vars_of(facts: ProcessFacts) -> dict[str, object]:
    return {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}


def test_parts_can_be_made_of_a_named_type_and_do_not_change() -> None:
    assert Fact[int](3) == Fact(3)
    assert Section[str](("a",)) == Section(("a",))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Fact(3).value = 4  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
