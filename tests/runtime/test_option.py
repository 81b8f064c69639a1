from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.runtime.option import Option, Value


class Holder:
    net_speed = Option(1.5, "Speed", "How fast.", low=0.5, high=2.0, unit="s")
    net_count = Option(3, "Count", "How many.", low=1)
    net_on = Option(True, "On", "Whether.")
    net_kind = Option("a", "Kind", "Which.", choices=("a", "b", "c"))
    net_names = Option[tuple[str, ...]]((), "Names", "Who.")
    net_free = Option("x", "Free", "Any text.")

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def value(self, name: str) -> Value:
        return self.values[name]


def test_the_attribute_gives_section_key_and_name() -> None:
    assert (Holder.net_speed.section, Holder.net_speed.key, Holder.net_speed.name) == ("net", "speed", "net.speed")
    assert Holder({"net.speed": 1.0}).net_speed == 1.0


@pytest.mark.parametrize(
    ("option", "raw", "value"),
    [
        (Holder.net_speed, 1, 1.0),
        (Holder.net_speed, 0.5, 0.5),
        (Holder.net_speed, 2.0, 2.0),
        (Holder.net_count, 7, 7),
        (Holder.net_on, False, False),
        (Holder.net_kind, "c", "c"),
        (Holder.net_names, ["b", "a", "b"], ("b", "a")),
        (Holder.net_names, (), ()),
    ],
)
def test_good_values(option: Option[Value], raw: object, value: Value) -> None:
    checked = option.check(raw)
    assert checked == value
    assert type(checked) is type(value)


@pytest.mark.parametrize(
    ("option", "raw", "reason"),
    [
        (Holder.net_speed, 0.49, "must be between 0.5 and 2 s"),
        (Holder.net_speed, math.nan, "must be a number"),
        (Holder.net_speed, math.inf, "must be between"),
        (Holder.net_speed, "1", "must be a number"),
        (Holder.net_speed, True, "must be a number"),
        (Holder.net_count, 0, "must be at least 1"),
        (Holder.net_count, 1.0, "must be a whole number"),
        (Holder.net_count, True, "must be a whole number"),
        (Holder.net_on, 1, "must be true or false"),
        (Holder.net_on, "true", "must be true or false"),
        (Holder.net_kind, "d", "must be one of a, b, c"),
        (Holder.net_kind, 1, "must be text"),
        (Holder.net_names, "a", "must be a list of texts"),
        (Holder.net_names, ["a", 1], "must be a list of texts"),
        (Holder.net_names, None, "must be a list of texts"),
    ],
)
def test_bad_values_say_what_is_expected(option: Option[Value], raw: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        option.check(raw)


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (Holder.net_speed, " 2 ", 2.0),
        (Holder.net_count, "12", 12),
        (Holder.net_on, "off", False),
        (Holder.net_on, "Yes", True),
        (Holder.net_kind, "b", "b"),
        (Holder.net_names, "a, b,,a", ("a", "b")),
        (Holder.net_names, "", ()),
    ],
)
def test_words_of_a_command_line(option: Option[Value], text: str, value: Value) -> None:
    assert option.parse(text) == value


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [
        (Holder.net_speed, "fast", "must be between 0.5 and 2 s"),
        (Holder.net_speed, "nan", "must be"),
        (Holder.net_speed, "1e999", "must be between"),
        (Holder.net_count, "1.5", "must be at least 1"),
        (Holder.net_count, "9" * 5000, "must be"),
        (Holder.net_on, "perhaps", "must be true or false"),
    ],
)
def test_other_words_are_refused_in_the_same_way(option: Option[Value], text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        option.parse(text)


def refusal(attempt: Callable[[], object]) -> str:
    """Why ``attempt`` was refused, "" where it was not."""
    try:
        attempt()
    except ValueError as error:
        return str(error)
    return ""


EVERY = (Holder.net_speed, Holder.net_count, Holder.net_on, Holder.net_kind, Holder.net_names)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.binary()))
def test_whatever_comes_is_a_value_or_a_value_error(raw: object) -> None:
    for option in EVERY:
        why = refusal(lambda option=option: option.check(option.check(raw)))
        assert why.startswith("must be") or not why


@given(st.text())
def test_whatever_is_typed_is_a_value_or_a_value_error(text: str) -> None:
    for option in EVERY:
        why = refusal(lambda option=option: option.parse(text))
        assert why.startswith("must be") or not why
