"""A code is understood as people type it, and a slip is explained before it costs a try."""

from __future__ import annotations

import random
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import ConfigError
from sysmon.model.printable import printable
from sysmon.protocol.pairing_code import new_code, parse_code
from sysmon.protocol.pairing_words import WORDS


def test_codes_differ_and_use_all_words() -> None:
    codes = {new_code(secrets.randbelow) for _ in range(3000)}
    assert len(codes) > 2990
    assert len({word for code in codes for word in code.split("-")}) > 500


@pytest.mark.parametrize(
    "typed",
    [
        "granite-lantern-otter",
        "granite lantern otter",
        "  Granite  LANTERN\tOtter\n",
        "granite, lantern, otter.",
        "granite–lantern—otter",
        "granite_lantern/otter",
        "gran lant otte",
        "granit-lan-otter",
    ],
)
def test_it_is_understood_however_it_is_typed(typed: str) -> None:
    assert parse_code(typed) == "granite-lantern-otter"


@pytest.mark.parametrize("typed", ["", "granite", "granite lantern", "granite lantern otter otter", "---", "\x00"])
def test_the_number_of_words_is_said(typed: str) -> None:
    with pytest.raises(ConfigError, match="3 words, such as"):
        parse_code(typed)


def test_a_slip_is_named_with_what_may_be_meant() -> None:
    with pytest.raises(ConfigError, match=r"“granit3” is none .* Is it granite"):
        parse_code("granit3 lantern otter")
    with pytest.raises(ConfigError, match=r"Is it kitchen or kite\?"):
        parse_code("kit lantern otter")
    with pytest.raises(ConfigError, match=r"“zq” is none"):
        parse_code("zq lantern otter")


@given(st.text(max_size=400))
def test_anything_else_is_refused_in_words_that_can_be_printed(text: str) -> None:
    said = ""
    try:
        code = parse_code(text)
    except ConfigError as error:
        said = str(error)
    else:
        assert parse_code(code) == code
    assert printable(said) == said
    assert len(said) < 200


@given(st.data())
def test_every_code_comes_back_from_its_beginnings(data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers()))
    code = new_code(chance.randrange)
    between = data.draw(st.sampled_from([" ", "-", " - ", ",  ", "\n"]))
    typed = between.join(word[: data.draw(st.integers(4, 8))] for word in code.split("-"))
    assert parse_code(data.draw(st.sampled_from([typed, typed.upper(), typed.title()]))) == code
    assert all(word in WORDS for word in code.split("-"))
