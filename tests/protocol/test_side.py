from __future__ import annotations

import math

import msgspec
import pytest

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.protocol import messages as m
from sysmon.protocol.side import check, from_peer, greeting, seconds

OWN = greeting("test", m.Host("me", "Me"), 1)
PEER = greeting("test", m.Host("peer", "Peer"), 1)


def test_what_may_be_used_is_what_both_have() -> None:
    peer = msgspec.structs.replace(PEER, capabilities=["clock", "history", "teleport"])
    assert check(OWN, peer) == {"clock", "history"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"first": 2, "last": 3}, Reason.VERSION),
        ({"first": 0, "last": 0}, Reason.VERSION),
        ({"host": m.Host("me", "x")}, Reason.SELF),
        ({"host": m.Host("hub", "x", path=["me"])}, Reason.LOOP),
        ({"limits": m.Limits(frame=10)}, Reason.BAD_FRAME),
        ({"limits": m.Limits(interval=math.nan)}, Reason.BAD_FRAME),
        ({"limits": m.Limits(interval=-1.0)}, Reason.BAD_FRAME),
        ({"limits": m.Limits(interval=1e9)}, Reason.BAD_FRAME),
    ],
)
def test_who_cannot_be_talked_to(change: dict[str, object], reason: Reason) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        check(OWN, msgspec.structs.replace(PEER, **change))
    assert refused.value.reason is reason


def test_a_later_version_that_still_speaks_ours_is_welcome() -> None:
    assert check(OWN, msgspec.structs.replace(PEER, first=1, last=9))


def test_a_reason_is_told_from_our_side() -> None:
    assert from_peer(Reason.STOPPING_HERE.number) is Reason.DRAINING
    assert from_peer(Reason.BAD_TICK.number) is Reason.FAULT_HERE
    assert from_peer(Reason.REVOKED.number) is Reason.REVOKED
    assert from_peer(Reason.VERSION.number) is Reason.VERSION
    assert from_peer(12345) is Reason.UNKNOWN


def test_a_machine_in_the_name_of_another_is_refused() -> None:
    own, peer = greeting("p", m.Host("me", "x"), 1), greeting("p", m.Host("vega", "x"), 1)
    assert check(own, peer, "vega") == check(own, peer)
    with pytest.raises(RemoteProtocolError) as caught:
        check(own, peer, "rigel")
    assert caught.value.reason is Reason.WRONG_PIN


@pytest.mark.parametrize("told", [None, -1.0, math.inf, -math.inf, math.nan])
def test_what_is_no_number_of_seconds_is_none(told: float | None) -> None:
    assert seconds(told) is None


def test_seconds_are_taken_as_they_are() -> None:
    assert [seconds(told) for told in (0.0, 2.5, 1e9)] == [0.0, 2.5, 1e9]
