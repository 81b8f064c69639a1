from __future__ import annotations

from sysmon.model.link import LinkState, Reason
from sysmon.viewmodels.format import SPACE
from sysmon.viewmodels.link_steps import ordinal, step_rows
from tests.viewmodels.links import NOW, step

S = LinkState


def test_rows_say_what_why_and_what_comes() -> None:
    steps = (
        step(NOW - 9, S.LIVE, S.BACKOFF, "mira", Reason.CUT, tries=1, wait=0.6),
        step(NOW - 8, S.BACKOFF, S.CONNECTING, "mira"),
        step(NOW - 7, S.CONNECTING, S.BACKOFF, "mira", Reason.NOBODY_LISTENS, tries=6, wait=4.2),
        step(NOW - 6, S.STALE, S.LIVE, "vega", text="no data for 3.2 s"),
        step(NOW - 5, S.SYNCING, S.LIVE, "lyra"),
        step(NOW - 4, S.SECURING, S.REFUSED, "nova", Reason.WRONG_PIN),
    )
    rows = step_rows(steps)
    assert [row.name for row in rows] == ["nova", "lyra", "vega", "mira", "mira"]
    assert rows[0].text.endswith("(21)")
    assert rows[0].token == "critical"
    assert rows[1].text == "Figures come in"
    assert rows[2].text == "No data for 3.2 s"
    assert rows[3].change == "CONNECTING → BACKOFF"
    assert rows[3].text == f"mira is up, but sysmon does not share there (13), 6th try, next in 4{SPACE}s"
    assert rows[4].text == f"The connection to mira broke (15), 1st try, next in 1{SPACE}s"


def test_equal_failures_are_told_once_with_the_newest_try() -> None:
    steps = [
        made
        for at in range(1, 50)
        for made in (
            step(NOW + at, S.BACKOFF, S.CONNECTING),
            step(NOW + at + 0.5, S.CONNECTING, S.BACKOFF, reason=Reason.CONNECT_TIMEOUT, tries=at),
        )
    ]
    rows = step_rows(steps)
    assert len(rows) == 1
    assert "49th try" in rows[0].text
    other = step(NOW + 10.7, S.CONNECTING, S.BACKOFF, "vega", Reason.CONNECT_TIMEOUT, tries=1)
    assert len(step_rows(sorted((*steps, other), key=lambda made: made.time))) == 2


def test_what_a_peer_said_is_made_harmless_and_told_under_the_pointer() -> None:
    (row,) = step_rows([step(NOW, S.LIVE, S.BACKOFF, "evil\nname", Reason.CUT, text="bye\x1b[2J")])
    assert "\n" not in row.name
    assert "\x1b" not in row.tip
    assert "Said: bye" in row.tip


def test_no_more_than_asked_for() -> None:
    steps = [step(NOW + at, S.STALE, S.LIVE, text=str(at)) for at in range(500)]
    assert len(step_rows(steps, 20)) == 20
    assert step_rows(steps, 1)[0].text == "499"
    assert step_rows(()) == ()


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 112, 1023)
    told = ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,023rd"]
    assert [ordinal(number) for number in numbers] == told


def test_that_one_of_two_connections_was_not_needed_is_no_news() -> None:
    steps = (
        step(NOW, S.SYNCING, S.BACKOFF, reason=Reason.NOT_WANTED),
        step(NOW, S.BACKOFF, S.DISABLED, reason=Reason.NOT_WANTED),
        step(NOW, S.GREETING, S.BACKOFF, reason=Reason.CUT, dialled=False),
        step(NOW, S.BACKOFF, S.DISABLED, reason=Reason.CUT, dialled=False),
        step(NOW + 1, S.SYNCING, S.LIVE, dialled=False),
        step(NOW + 2, S.LIVE, S.BACKOFF, reason=Reason.CUT, dialled=False),
    )
    assert [row.change for row in step_rows(steps)] == ["LIVE → BACKOFF", "SYNCING → LIVE"]


def test_two_connections_that_come_up_together_are_told_once() -> None:
    steps = (
        step(NOW, S.SYNCING, S.LIVE),
        step(NOW + 0.1, S.SYNCING, S.LIVE, link="atlas/in", dialled=False),
        step(NOW + 1, S.LIVE, S.STALE, reason=Reason.SILENT),
        step(NOW + 2, S.STALE, S.LIVE, text="no data for 1 s"),
        step(NOW + 3, S.LIVE, S.BACKOFF, reason=Reason.CUT),
        step(NOW + 4, S.SYNCING, S.LIVE),
    )
    changes = [row.change for row in step_rows(steps)]
    assert changes == ["SYNCING → LIVE", "LIVE → BACKOFF", "STALE → LIVE", "LIVE → STALE", "SYNCING → LIVE"]
