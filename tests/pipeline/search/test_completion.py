"""Completion offers what fits at the cursor and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.search.completion import MOST, complete


def offered(before: str) -> list[str]:
    return [found.text for found in complete(before, ["root", "maria"])]


def test_fields_and_joins_by_prefix() -> None:
    assert offered("c") == ["cpu>", "cmd:", "container:", "cgroup:"]
    assert offered("cpu>5 a") == ["age>", "and "]
    assert offered("(no") == ["not "]
    assert offered("") == []


def test_values_of_a_field() -> None:
    assert offered("state:s") == ["sleeping", "stopped"]
    assert offered("user:m") == ["me", "maria"]
    assert offered("cpu>") == []
    assert offered("nonsense:x") == []


def test_nothing_inside_quotes() -> None:
    assert offered('cmd:"st') == []


@given(st.text(max_size=40))
def test_any_text_gives_few_completions_that_start_within_it(before: str) -> None:
    found = complete(before)
    assert len(found) <= MOST
    assert all(0 <= one.start <= len(before) for one in found)
