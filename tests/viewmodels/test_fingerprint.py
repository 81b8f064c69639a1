from __future__ import annotations

from sysmon.protocol.pairing_words import WORDS
from sysmon.viewmodels.fingerprint import COUNT, fingerprint


def test_both_sides_show_the_same_words() -> None:
    words = fingerprint("abc", "def")
    assert words == fingerprint("def", "abc")
    assert len(words) == COUNT
    assert set(words) <= set(WORDS)


def test_somebody_in_between_has_other_words() -> None:
    assert len({fingerprint("abc", f"peer{number}") for number in range(2000)}) == 2000
    assert fingerprint("ab", "cd") != fingerprint("abc", "d")


def test_without_two_keys_there_are_none() -> None:
    assert fingerprint("", "def") == ()
    assert fingerprint("abc", "") == ()
    assert fingerprint("abc", "ssh:ssh://ada@altair") == ()
