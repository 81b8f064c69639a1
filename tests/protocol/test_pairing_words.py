"""The words can be told apart, by eye and by their beginnings."""

from __future__ import annotations

from itertools import combinations

from sysmon.protocol.pairing_words import WORDS


def one_apart(one: str, two: str) -> bool:
    """Whether a single letter was changed, added or left out."""
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) <= 1
    short, long = sorted((one, two), key=len)
    return len(long) == len(short) + 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def test_the_words_are_short_plain_and_sorted() -> None:
    assert len(WORDS) == 512
    assert list(WORDS) == sorted(set(WORDS))
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 7 for word in WORDS)


def test_four_letters_tell_which_one_is_meant() -> None:
    assert len({word[:4] for word in WORDS}) == len(WORDS)
    assert not [pair for pair in combinations(WORDS, 2) if pair[1].startswith(pair[0])]


def test_no_two_are_one_letter_apart() -> None:
    assert one_apart("lake", "lamke")
    assert one_apart("lake", "lane")
    assert not [pair for pair in combinations(WORDS, 2) if one_apart(*pair)]
