from __future__ import annotations

import pytest

from sysmon.model.host import LOCAL, DeviceFacts, InterfaceFacts
from sysmon.model.link import Rights
from sysmon.model.peer import Invitation, Peer, Sharing
from sysmon.viewmodels.format import SPACE
from sysmon.viewmodels.sharing import (
    RIGHTS,
    AddressRow,
    Where,
    address_rows,
    addresses_of,
    code_view,
    forget_question,
    peer_rows,
    possible,
    reaches_nobody,
    status,
    where_of,
    with_right,
)
from tests.viewmodels.links import NOW, report

DEVICES = DeviceFacts(
    LOCAL,
    interfaces=(
        InterfaceFacts("lo", "loopback", ("127.0.0.1", "::1")),
        InterfaceFacts("eth0", "wired", ("192.0.2.10", "2001:db8::10", "fe80::1")),
    ),
)


@pytest.mark.parametrize(
    ("addresses", "where"),
    [
        (("127.0.0.1",), Where.HERE),
        ((), Where.HERE),
        (("127.0.0.1", "::1"), Where.HERE),
        (("0.0.0.0", "::"), Where.ALL),
        (("::",), Where.ALL),
        (("192.0.2.10",), Where.SOME),
        (("192.0.2.10", "127.0.0.1"), Where.SOME),
    ],
)
def test_addresses_are_one_of_three_choices(addresses: tuple[str, ...], where: Where) -> None:
    assert where_of(addresses) is where


def test_a_choice_without_an_address_lets_nobody_in() -> None:
    assert addresses_of(Where.SOME, ()) == ("127.0.0.1",)
    assert addresses_of(Where.SOME, ["192.0.2.10"]) == ("192.0.2.10",)
    assert addresses_of(Where.HERE, ["192.0.2.10"]) == ("127.0.0.1",)
    assert where_of(addresses_of(Where.ALL, ())) is Where.ALL


def test_addresses_that_others_can_reach_are_offered() -> None:
    rows = address_rows(DEVICES, ("192.0.2.10", "198.51.100.7"))
    assert rows == (
        AddressRow("192.0.2.10", "eth0 · wired"),
        AddressRow("2001:db8::10", "eth0 · wired"),
        AddressRow("198.51.100.7", "not there now"),
    )
    assert address_rows(DeviceFacts(LOCAL), ("127.0.0.1", "::")) == ()


def test_how_it_is_shared() -> None:
    assert status(Sharing())[:2] == ("Off", "offline")
    badge, token, note = status(Sharing(True, ("192.0.2.10:4870",), 4870, announced=True))
    assert (badge, token) == ("On · port 4870", "ok")
    assert note == "Paired machines can connect to 192.0.2.10:4870. Others on the network can find it."
    assert status(Sharing(trouble="The port is taken."))[1:] == ("critical", "The port is taken.")
    assert reaches_nobody(Sharing(True, ("127.0.0.1:4870", "[::1]:4870"), 4870))
    assert not reaches_nobody(Sharing(True, ("127.0.0.1:4870", "192.0.2.10:4870"), 4870))
    assert not reaches_nobody(Sharing())


def test_a_code_counts_down_and_goes_away() -> None:
    invitation = Invitation("granite-lantern-otter", NOW + 103.0, "sysmon://x/#a.b", NOW + 600.0)
    view = code_view(invitation, NOW)
    assert view.code == "granite-lantern-otter"
    assert view.code_note == f"Good for 1{SPACE}min 43{SPACE}s · 3 tries left"
    later = code_view(invitation, NOW + 103.0)
    assert (later.code, later.code_note) == ("", "This code has expired.")
    assert later.link
    assert code_view(invitation, NOW + 601.0).link == ""


def test_rights_belong_together() -> None:
    assert {right.field for right in RIGHTS} == set(Rights.__slots__)
    full = Rights(True, True, True, True, True)
    assert with_right(full, "processes", False) == Rights(True, False, False, True, False)
    assert with_right(Rights(), "actions", True) == Rights(actions=True)
    assert not possible(Rights(processes=False), "actions")
    assert possible(Rights(processes=False), "history")
    assert not Rights().actions
    assert not Rights().commands


def test_who_watches_comes_first() -> None:
    peers = (Peer("a", "atlas"), Peer("b", "Boreas"), Peer("l", "laptop"))
    links = (report("l", watching=True, since=NOW - 7200.0),)
    rows = peer_rows(peers, links, NOW)
    assert [row.name for row in rows] == ["laptop", "atlas", "Boreas"]
    assert rows[0].now == f"Watching for 2{SPACE}h"
    assert rows[1].now == "Not watching"
    assert rows[1].words == "metrics, processes, history"


def test_the_question_names_the_machine() -> None:
    question = forget_question(Peer("l", "lap\ntop"))
    assert question.title == "Revoke lap\\x0atop?"
    assert question.button == "Revoke lap\\x0atop"
    assert question.peer == "l"
