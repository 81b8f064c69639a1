"""Peers without keys."""

from __future__ import annotations

from sysmon.model.peer import Peer
from sysmon.runtime.bench.plain_trust import PlainTrust


def test_peers_come_and_go_and_whoever_listens_hears_it() -> None:
    trust = PlainTrust()
    heard: list[str] = []
    leave = trust.on_change(lambda: heard.append("changed"))
    trust.put(Peer("vega", "vega"))
    assert trust.get("vega") == Peer("vega", "vega")
    trust.remove("vega")
    trust.remove("vega")
    assert trust.get("vega") is None
    leave()
    leave()
    trust.put(Peer("vega", "vega"))
    assert heard == ["changed"] * 3


def test_nothing_of_it_is_secured() -> None:
    trust = PlainTrust([Peer("vega", "vega")])
    assert trust.server_context() is None
    assert trust.client_context(Peer("vega", "vega")) is None
    assert trust.pairing_client_context() is None
    assert trust.by_certificate(b"any") is None
