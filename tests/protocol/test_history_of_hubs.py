"""A hub that lacks rows itself does not say that they never were."""

from __future__ import annotations

from sysmon.protocol import messages as m
from tests.protocol.dialogue import Link, Node, joined, run


def test_what_a_hub_lacks_itself_is_asked_for_again_when_it_has_it() -> None:
    hub = Node("hub")
    for n in range(10):
        hub.publish(now=n - 10.0)
    late = {("hub", 1, n): hub.rows.batches.pop(("hub", 1, n)) for n in (3, 4, 5)}
    hub.rows.expected = [("hub", 1, 4, 5)]
    link = joined(hub)
    run(link, 5)
    assert link.right.never == {("hub", 1, 3)}, "only what nobody has"
    assert link.right.holdings.missing("hub", 1, 1, 10, 9) == [(4, 5)]
    asked = wants(link)
    run(link, 20)
    assert wants(link) == asked, "it is not asked for again and again"
    hub.rows.expected = []
    hub.rows.batches.update(late)
    hub.feed.filled("hub", 1, 3, 5)
    run(link, 5)
    assert link.right.holdings.missing("hub", 1, 1, 10, 9) == []
    assert {("hub", 1, 4), ("hub", 1, 5)} <= set(link.right.got)
    assert wants(link) == asked + 1


def wants(link: Link) -> int:
    return sum(isinstance(message, m.Want) for message in link.messages("right"))
