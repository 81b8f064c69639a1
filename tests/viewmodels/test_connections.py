from __future__ import annotations

import math
from dataclasses import replace

from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.link_report import LinkCounts
from sysmon.model.peer import Peer, Sharing
from sysmon.runtime.demo_fleet import DemoFleet
from sysmon.viewmodels.connections import ConnectionsModel, ConnectionsView, rights_words
from sysmon.viewmodels.format import SPACE, Units
from sysmon.viewmodels.link_words import Standing
from tests.viewmodels.links import NOW, MadeFleet, report, step


def view(fleet: MadeFleet, selected: str = "") -> ConnectionsView:
    return ConnectionsModel(fleet, Units()).view(NOW, selected)


def test_the_demo_has_everything_that_the_picture_has() -> None:
    shown = ConnectionsModel(DemoFleet(lambda: NOW), Units()).view(NOW)
    standings = {row.name: row.words.standing for row in shown.links}
    assert standings == {
        "atlas": Standing.LIVE,
        "vega": Standing.LIVE,
        "lyra": Standing.LIVE,
        "rigel": Standing.SLOW,
        "mira": Standing.RETRYING,
        "deneb": Standing.OFFLINE,
        "nova": Standing.NEEDS_YOU,
    }
    assert shown.summary.startswith("4 live · 1 retrying · 1 offline · 1 needs you · 18")
    assert [row.action for row in shown.links] == ["", "", "", "", "Retry now", "Retry now", "Review"]
    assert [watcher.name for watcher in shown.share.watchers] == ["atlas", "laptop"]
    assert shown.share.badge == "On · port 4870"
    assert shown.counts_down
    assert shown.hubs == ()


def test_figures_are_there_while_the_link_is_open_and_else_empty() -> None:
    rows = view(MadeFleet((report(), report("mira", LinkState.BACKOFF, tries=1, next_try=NOW)))).links
    assert (rows[0].round_trip, rows[0].clock, rows[0].traffic) == (f"12{SPACE}ms", f"+3{SPACE}ms", f"70{SPACE}B/s")
    assert (rows[0].per_sample, rows[0].ticks) == ("0.39", f"1.0{SPACE}/s")
    assert (rows[1].round_trip, rows[1].clock, rows[1].traffic, rows[1].per_sample, rows[1].trips) == ("",) * 4 + ((),)
    assert rows[0].action == ""


def test_what_is_not_measured_yet_is_unknown_and_not_zero() -> None:
    blank = replace(
        report(), round_trip=math.nan, clock_offset=math.nan, bytes_in_rate=math.nan, bytes_out_rate=math.nan
    )
    (row,) = view(MadeFleet((blank,))).links
    assert (row.round_trip, row.clock, row.traffic) == ("–", "–", "–")
    assert row.order[1] == math.inf


def test_a_clock_that_is_a_second_off_is_marked() -> None:
    assert view(MadeFleet((report(clock_offset=-1.5),))).links[0].clock_wrong
    assert not view(MadeFleet((report(clock_offset=0.9),))).links[0].clock_wrong


def test_back_fill_tells_how_far_it_is() -> None:
    fleet = MadeFleet((report(missing=840),))
    model = ConnectionsModel(fleet, Units())
    assert model.view(NOW).links[0].fill == f"0{SPACE}% of 14{SPACE}min"
    fleet.reports = (report(missing=210),)
    assert model.view(NOW).links[0].fill == f"75{SPACE}% of 14{SPACE}min"
    fleet.reports = (report(missing=0),)
    assert model.view(NOW).links[0].fill == ""
    fleet.reports = (report(missing=60),)
    assert model.view(NOW).links[0].fill == f"0{SPACE}% of 1{SPACE}min"


def test_round_trips_are_drawn_on_an_axis_of_their_own() -> None:
    trips = tuple((NOW + at, 0.2) for at in range(300))
    (row,) = view(MadeFleet((report(),), round_trips=trips)).links
    assert len(row.trips) == 96
    assert set(row.trips) == {0.4}
    quick = view(MadeFleet((report(),), round_trips=((NOW, 0.0005),))).links[0]
    assert quick.trips[0] <= 0.02
    assert view(MadeFleet((report(),))).links[0].trips == ()
    both = MadeFleet((report(), report("vega")), round_trips=trips)
    first, second = ConnectionsModel(both, Units()).view(NOW, traced={"vega/out"}).links
    assert (len(first.trips), len(second.trips)) == (0, 96)


def test_a_link_is_selected_and_only_its_steps_are_listed() -> None:
    steps = (
        step(NOW - 2, LinkState.STALE, LinkState.LIVE, "atlas", text="a"),
        step(NOW - 1, LinkState.STALE, LinkState.LIVE, "vega", text="b"),
    )
    fleet = MadeFleet((report(), report("vega")), steps)
    assert [row.name for row in view(fleet).steps] == ["vega", "atlas"]
    assert [row.name for row in view(fleet, "atlas/out").steps] == ["atlas"]


def test_somebody_who_only_watches_is_no_link_of_the_table() -> None:
    watcher = report("laptop", dialled=False, hosts=(), watching=True, link="laptop/in", since=NOW - 7200.0)
    watcher = replace(watcher, counts=LinkCounts(bytes_out=400_000))
    peers = (Peer("laptop", "laptop", rights=Rights(processes=False, history=False), watched=False),)
    shown = view(MadeFleet((watcher,), known=peers, shared=Sharing(True, ("192.0.2.1:4870",), 4870)))
    assert shown.links == ()
    (row,) = shown.share.watchers
    assert (row.name, row.rights, row.since, row.sent) == ("laptop", "metrics", f"2{SPACE}h", f"400{SPACE}kB")
    assert shown.share.note == "1 machine is watching"
    both = replace(watcher, hosts=("laptop",))
    assert [found.name for found in view(MadeFleet((both,))).links] == ["laptop"]


def test_sharing_in_words() -> None:
    assert view(MadeFleet()).share.title == "This machine is not shared"
    hub = report("harbour", watching=True)
    assert view(MadeFleet((hub,))).share.note.endswith("Those below watch over links that this machine dials.")
    assert view(MadeFleet(shared=Sharing(True, (), 4870))).share.note == "Nobody is watching"
    trouble = view(MadeFleet(shared=Sharing(False, trouble="The port 4870 is taken by another program."))).share
    assert trouble.token == "critical"
    assert "taken" in trouble.note
    assert rights_words(Rights(False, False, False, False, False)) == "nothing"


def test_hubs_are_those_that_relay() -> None:
    peers = (Peer("atlas", "atlas"), Peer("hub", "hub", hub=True))
    shown = view(MadeFleet((report(), report("hub", hosts=("a", "b"))), known=peers))
    assert [row.name for row in shown.hubs] == ["hub"]
    assert shown.hubs[0].words.sentence == "Live, 2 machines"
    assert len(shown.links) == 2


def test_names_of_others_are_made_harmless() -> None:
    evil = report(peer="x", link="x", reason=Reason.CUT, state=LinkState.BACKOFF)
    (row,) = view(MadeFleet((replace(evil, name="a\n\x1b<b>"),))).links
    assert row.name == "a\\x0a\\x1b<b>"
    assert "\x1b" not in row.tip


def test_no_links() -> None:
    shown = view(MadeFleet())
    assert (shown.links, shown.steps, shown.counts_down) == ((), (), False)
    assert shown.summary == "No other machines yet"


def test_a_machine_that_calls_and_is_called_is_one_row() -> None:
    called = report(link="atlas/in", dialled=False, round_trip=0.004)
    fleet = MadeFleet((report(state=LinkState.DISABLED), called))
    (row,) = view(fleet).links
    assert (row.link, row.words.standing) == ("atlas/out", Standing.LIVE)
    assert row.round_trip == f"4{SPACE}ms"
    assert view(fleet).summary.startswith("1 live · ")
    steps = (
        step(NOW - 2, LinkState.LIVE, LinkState.BACKOFF, reason=Reason.CUT),
        step(NOW - 1, LinkState.SYNCING, LinkState.LIVE, link="atlas/in", dialled=False),
    )
    fleet.told = steps
    assert len(view(fleet, "atlas/out").steps) == len(view(fleet, "atlas/in").steps) == 2
