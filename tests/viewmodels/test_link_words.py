from __future__ import annotations

import math

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.viewmodels.format import SPACE
from sysmon.viewmodels.link_words import SHORT, Standing, capital, counts_down, reason_words, retry_words, words
from tests.viewmodels.links import NOW, report


def test_every_reason_has_short_words_that_fit_a_column() -> None:
    assert set(SHORT) == set(Reason)
    assert all(0 < len(short) <= 24 for short in SHORT.values())
    # "Needs you: " stands before these.
    assert all(len(short) <= 20 for reason, short in SHORT.items() if reason.needs_user)


@pytest.mark.parametrize("state", LinkState)
def test_every_state_is_said(state: LinkState) -> None:
    told = words(report(state=state, next_try=NOW + 4.0, tries=6), NOW - 10.0, NOW)
    assert told.sentence
    assert told.sentence[0].isupper()
    assert told.token in ("ok", "warning", "offline", "critical")


def test_sentences() -> None:
    def said(**changes: object) -> tuple[Standing, str]:
        made = report(**changes)  # type: ignore[arg-type]
        told = words(made, NOW - 10.0, NOW)
        return told.standing, told.sentence.replace(SPACE, " ")

    assert said() == (Standing.LIVE, "Live")
    assert said(missing=3) == (Standing.LIVE, "Live, filling a gap")
    assert said(slowed=2.0) == (Standing.SLOW, "Slow, 0.5 Hz")
    assert said(slowed=5.0, in_flight=4000) == (Standing.SLOW, "Slow, 0.2 Hz, 4.00 kB waiting")
    assert said(state=LinkState.STALE, since=NOW - 3.2) == (Standing.RETRYING, "No data for 3 s")
    assert said(state=LinkState.BACKOFF, next_try=NOW + 3.1, tries=6) == (Standing.RETRYING, "Retry in 4 s, attempt 6")
    assert said(state=LinkState.REFUSED, reason=Reason.WRONG_PIN) == (
        Standing.NEEDS_YOU,
        "Needs you: its key has changed",
    )
    assert said(state=LinkState.DISABLED) == (Standing.OFF, "Switched off")


def test_a_machine_that_was_long_away_is_offline_in_whatever_state_the_link_is() -> None:
    for state in (LinkState.BACKOFF, LinkState.CONNECTING):
        told = words(report(state=state, reason=Reason.CONNECT_TIMEOUT), NOW - 3 * 3600.0, NOW)
        assert (told.standing, told.sentence) == (Standing.OFFLINE, f"Offline: no answer, 3{SPACE}h")
    assert words(report(state=LinkState.BACKOFF), math.nan, NOW).standing is Standing.RETRYING


def test_the_countdown_ends_at_now() -> None:
    assert retry_words(NOW + 61.0, NOW) == f"Retry in 1{SPACE}min 1{SPACE}s"
    assert retry_words(NOW + 0.01, NOW) == f"Retry in 1{SPACE}s"
    assert retry_words(NOW - 5.0, NOW) == "Trying now"
    assert retry_words(math.nan, NOW) == "Trying now"
    assert counts_down(report(state=LinkState.BACKOFF))
    assert not counts_down(report())


def test_a_reason_has_its_number() -> None:
    assert reason_words(Reason.CUT, "mira") == "The connection to mira broke (15)"
    assert capital("no answer") == "No answer"
    assert capital("") == ""
