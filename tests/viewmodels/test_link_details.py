from __future__ import annotations

from dataclasses import replace

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkCounts
from sysmon.model.peer import Peer
from sysmon.viewmodels.format import SPACE, UNKNOWN, Units
from sysmon.viewmodels.link_details import LinkDetails, details
from tests.viewmodels.links import NOW, MadeFleet, report, step


def shown(fleet: MadeFleet, link: str = "atlas/out") -> LinkDetails:
    found = details(fleet, link, Units(), NOW)
    assert found is not None
    return found


def values(found: LinkDetails) -> dict[str, str]:
    return {fact.label: fact.value for fact in (*found.facts, *found.counters)}


def test_all_counters_are_there() -> None:
    counts = LinkCounts(5_000_000, 2000, 3, 4, 5, 6, 7, 8, 9, 10)
    told = values(shown(MadeFleet((replace(report(missing=11, in_flight=12), counts=counts),))))
    expected = {
        "Received": f"5.00{SPACE}MB", "Sent": f"2.00{SPACE}kB", "Ticks in": "3", "Ticks out": "4", "Samples in": "5",
        "Filled in later": "6", "Gaps": "7", "Dropped there": "8", "Dropped here": "9", "Connections": "10",
        "Still to fill": "11", "In flight": f"12{SPACE}B", "Bytes a sample": "0.39",
    }  # fmt: skip
    assert expected.items() <= told.items()


def test_why_it_is_down_and_what_helps() -> None:
    steps = (step(NOW - 120, LinkState.LIVE, LinkState.BACKOFF, reason=Reason.CUT),)
    down = report(state=LinkState.BACKOFF, reason=Reason.NOBODY_LISTENS, text="ECONNREFUSED", tries=6, next_try=NOW + 4)
    found = shown(MadeFleet((down,), steps))
    assert found.sentence == "atlas is up, but sysmon does not share there. (ECONNREFUSED)"
    assert found.can_retry
    assert not found.can_pair
    told = values(found)
    assert told["Reason"] == "13"
    assert told["Next try"] == f"Retry in 4{SPACE}s"
    assert told["Last live"] == "never", "nobody was ever reached"
    again = shown(MadeFleet((replace(down, counts=LinkCounts(connections=1)),), steps))
    assert values(again)["Last live"] != "never"
    assert told["Round trip"] == UNKNOWN
    refused = shown(MadeFleet((report(state=LinkState.REFUSED, reason=Reason.WRONG_PIN),)))
    assert refused.can_pair


def test_a_live_link_has_no_complaint() -> None:
    found = shown(MadeFleet((report(reason=Reason.CUT),)))
    assert found.sentence == ""
    assert not found.can_retry
    assert all(fact.reason is None for fact in found.counters)


def test_addresses_and_rights_of_the_peer() -> None:
    peer = Peer("atlas", "atlas", addresses=("192.0.2.20:4870", "atlas.local:4870"), added=NOW - 86400 * 30)
    told = values(shown(MadeFleet((report(),), known=(peer,))))
    assert told["Also at"] == "atlas.local:4870"
    assert told["May see here"] == "metrics, processes, history"
    assert told["Address"] == "192.0.2.20:4870"
    assert values(shown(MadeFleet((report(program="sysmon 9.9"),))))["Runs"] == "sysmon 9.9"


def test_a_link_that_is_gone_has_none() -> None:
    assert details(MadeFleet(), "atlas/out", Units(), NOW) is None
