"""Actions as words: there and back, and nothing else is understood."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.control.actions import IO_CLASSES, SIGNALS
from sysmon.control.deed_words import action_of, words_of
from sysmon.model.action import (
    Action,
    End,
    Kill,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
)

amounts = st.one_of(st.none(), st.just(math.inf), st.floats(0.01, 1e15))
actions = st.one_of(
    st.sampled_from((End(), Kill(), Stop(), Resume())),
    st.builds(SendSignal, st.sampled_from(sorted(SIGNALS))),
    st.builds(SetNice, st.integers(-20, 19)),
    st.builds(SetIoPriority, st.sampled_from(IO_CLASSES), st.integers(0, 7)),
    st.builds(SetAffinity, st.lists(st.integers(0, 4096), min_size=1, max_size=20).map(tuple)),
    st.builds(SetLimit, amounts, amounts).filter(lambda limit: limit != SetLimit()),
)


@given(actions)
def test_there_and_back(action: Action) -> None:
    assert action_of(words_of(action)) == action


@pytest.mark.parametrize(
    "words",
    [(), ("",), ("end", "all"), ("nice",), ("nice", "20"), ("nice", "x"), ("signal", "SIGNONE"), ("affinity", ""),
     ("affinity", "1,-2"), ("io-priority", "fast", "1"), ("io-priority", "idle", "9"), ("limit",), ("limit", "cpu"),
     ("limit", "cpu=1", "cpu=2"), ("limit", "cpu=nan"), ("limit", "memory=-1"), ("limit", "disk=1"), ("rm", "-rf")],
)  # fmt: skip
def test_nothing_else_is_understood(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        action_of(words)


@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_words_are_an_action_or_a_reason(words: list[str]) -> None:
    try:
        action = action_of(words)
    except ValueError:
        return
    assert action_of(words_of(action)) == action
