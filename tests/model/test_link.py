"""Every reason says whose fault, whether to retry, and one sentence."""

from __future__ import annotations

import pytest

from sysmon.model.link import Fault, Reason, Retry


def test_numbers_are_unique_and_small_enough_for_a_close_code() -> None:
    numbers = [reason.number for reason in Reason]
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= number <= 99 for number in numbers)


@pytest.mark.parametrize("reason", list(Reason))
def test_a_sentence_is_one_sentence_and_names_the_peer(reason: Reason) -> None:
    said = reason.sentence("atlas")
    assert said[-1] == "."
    assert "{" not in said
    assert len(said) < 100
    assert Reason.of(reason.number) is reason


def test_a_number_of_a_later_version_is_unknown_not_an_error() -> None:
    assert Reason.of(4711) is Reason.UNKNOWN


def test_a_name_is_never_a_format() -> None:
    assert "{0.__class__}" in Reason.CUT.sentence("{0.__class__}")


def test_what_needs_the_user_is_not_retried() -> None:
    assert Reason.WRONG_PIN.needs_user
    assert Reason.REVOKED.needs_user
    assert Reason.VERSION.needs_user
    assert not Reason.CUT.needs_user
    assert all(reason.retry is Retry.NEVER for reason in Reason if reason.needs_user)
    assert all(reason.retry is not Retry.NEVER for reason in Reason if reason.fault is Fault.NETWORK)
