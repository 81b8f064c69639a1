from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.viewmodels.tags import LONGEST, MOST, read, written


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        (" , ,, ", ()),
        ("servers", ("servers",)),
        (" servers ,  my  desk,Servers", ("servers", "my desk")),
        ("a\nb,\tc", ("a b", "c")),
        ("\u202eevil", ("\\u202eevil",)),
        ("Ämter, ämter", ("Ämter",)),
    ],
)
def test_words_with_commas_between(text: str, tags: tuple[str, ...]) -> None:
    assert read(text) == tags


def test_too_long_and_too_many_say_what_is_right() -> None:
    with pytest.raises(ValueError, match=f"at most {LONGEST} characters"):
        read("x" * (LONGEST + 1))
    with pytest.raises(ValueError, match=f"at most {MOST} tags; these are {MOST + 1}"):
        read(",".join(f"tag{at}" for at in range(MOST + 1)))
    with pytest.raises(ValueError, match="characters"):
        read("x" * 10_000_000)


@given(st.text(max_size=60))
def test_what_was_read_is_written_and_read_again(text: str) -> None:
    try:
        tags = read(text)
    except ValueError:
        return
    assert read(written(tags)) == tags
    assert len(tags) <= MOST
    assert all(tag and len(tag) <= LONGEST for tag in tags)
