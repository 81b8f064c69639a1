from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sysmon.viewmodels.fuzzy import ranked, score


def test_letters_must_occur_in_order() -> None:
    assert score("cpu", "CPU") is not None
    assert score("upc", "CPU") is None
    assert score("x", "") is None


def test_starts_of_words_win() -> None:
    names = ["Theme: light", "Disks", "Sensors", "Theme: dark", "Shortcuts", "Time range 5 m"]
    assert ranked("td", names, str, 1) == ["Theme: dark"]
    assert ranked("dis", names, str, 1) == ["Disks"]
    assert ranked("th d", names, str, 1) == ["Theme: dark"]


def test_an_exact_name_beats_a_longer_one() -> None:
    assert ranked("gpu", ["gpu-box", "GPU", "A gpu"], str, 3)[0] == "GPU"


def test_nothing_typed_keeps_the_order_and_the_limit() -> None:
    assert ranked("", ["b", "a", "c"], str, 2) == ["b", "a"]


@given(st.text(max_size=30), st.text(max_size=60))
def test_no_text_breaks_it_and_only_subsequences_fit(typed: str, name: str) -> None:
    letters = iter(name.lower())
    subsequence = all(letter in letters for letter in "".join(typed.lower().split()))
    assert (score(typed, name) is not None) == subsequence


@given(st.text(min_size=1, max_size=40))
def test_every_name_fits_itself(name: str) -> None:
    assert score(name, name) is not None
