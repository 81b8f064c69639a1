"""A new peer gets what a newly paired one gets, and nothing is shared that nobody shared."""

from __future__ import annotations

from sysmon.model.link import PAIRED
from sysmon.model.peer import Found, Invitation, Peer, Sharing


def test_a_new_peer_is_watched_and_has_no_right_to_act() -> None:
    peer = Peer("id", "vega")
    assert peer.watched
    assert peer.rights is PAIRED
    assert not peer.rights.actions
    assert not peer.rights.commands


def test_sharing_is_off_at_first() -> None:
    assert not Sharing().on
    assert Sharing().invitation is None


def test_what_is_found_is_not_paired_and_an_invitation_allows_three_tries() -> None:
    assert not Found("id", "vega", "10.0.0.1:4870").paired
    assert Invitation("a-b-c", 1.0, "sysmon://x", 2.0).tries_left == 3
