from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet_links import LAST, RETRY, by_peer, silence
from tests.viewmodels.fake_host import plain

NOW = 1_700_000_000.0
LINK = LinkReport(
    "vega/out",
    "vega",
    "vega",
    True,
    LinkState.BACKOFF,
    NOW - 60,
    reason=Reason.NOBODY_LISTENS,
    tries=6,
    next_try=NOW + 3.2,
)
AGAIN = Machine("vega", "vega", state=MachineState.RECONNECTING)
OFF = Machine("vega", "vega", state=MachineState.OFFLINE)
NONE = math.nan


def test_a_machine_that_is_tried_again_counts_down_and_can_be_tried_at_once() -> None:
    found = silence(AGAIN, LINK, NOW - 45, NOW)
    assert plain(found.words) == "Reconnecting in 4 s · attempt 6"
    assert found.reason == Reason.NOBODY_LISTENS.sentence("vega")
    assert (found.offer, found.offer_text) == (RETRY, "Retry now")
    assert plain(silence(AGAIN, LINK, NONE, NOW + 9).words) == "Reconnecting in 0 s · attempt 6"


def test_a_link_that_fell_silent_says_for_how_long() -> None:
    stale = replace(LINK, state=LinkState.STALE, reason=None)
    assert plain(silence(AGAIN, stale, NOW - 9, NOW).words) == "Silent for 9 s"
    assert silence(AGAIN, stale, NONE, NOW).words == "Silent"


def test_a_try_that_is_under_way_says_so() -> None:
    assert silence(AGAIN, replace(LINK, state=LinkState.SECURING), NONE, NOW).words == "Connecting"
    found = silence(AGAIN, None, NONE, NOW)
    assert (found.words, found.offer) == ("Connecting", "")


@pytest.mark.parametrize(
    ("link", "newest", "words", "offer"),
    [
        (LINK, NOW - 3 * 3600 - 720, "Offline for 3 h 12 min", LAST),
        (LINK, NONE, "Offline, nothing came yet", RETRY),
        (None, NONE, "Offline, nothing came yet", ""),
        (None, NOW + 500, f"Offline since {fmt.clock(NOW + 500)} by its clock", LAST),
        (replace(LINK, state=LinkState.REFUSED, reason=Reason.REVOKED), NOW - 60, "Refused 1 min ago", LAST),
    ],
)
def test_a_machine_that_is_off(link: LinkReport | None, newest: float, words: str, offer: str) -> None:
    found = silence(OFF, link, newest, NOW)
    assert (plain(found.words), found.offer) == (words, offer)
    assert bool(found.offer_text) is bool(offer)


@pytest.mark.parametrize(
    ("newest", "words"), [(NONE, "Offline for 5 min, nothing came yet"), (NOW + 500, "Offline for 5 min")]
)
def test_where_no_sample_tells_since_when_the_link_does(newest: float, words: str) -> None:
    assert plain(silence(OFF, LINK, newest, NOW, lambda: NOW - 300).words) == words


def test_names_cannot_break_the_sentence() -> None:
    found = silence(replace(OFF, name="a\nb"), LINK, NONE, NOW)
    assert "\n" not in found.reason


def test_of_two_links_the_one_that_this_machine_dials_speaks() -> None:
    called = replace(LINK, link="vega/in", dialled=False)
    assert by_peer([called, LINK])["vega"] is LINK
    assert by_peer([LINK, called])["vega"] is LINK
    assert by_peer([replace(LINK, hosts=("lyra", "vega"))])["lyra"].link == "vega/out"
