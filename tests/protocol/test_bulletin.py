"""What is plugged in and what happened reaches who may know it, once, and again only where it changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import DeviceFacts, DiskFacts, InterfaceFacts
from sysmon.model.link import PAIRED, Reason
from sysmon.protocol import bulletin
from sysmon.protocol import messages as m
from tests.protocol.dialogue import ALL, Link, Node, joined, run

FACTS = DeviceFacts(
    "atlas",
    (DiskFacts("nvme0n1", "nvme", "Fast", 1 << 40), DiskFacts("sr0", "optical", removable=True)),
    (InterfaceFacts("eth0", "wired", ("192.0.2.7", "2001:db8::7"), "02:00:00:00:00:01", 1500),),
)
BARE = replace(FACTS, interfaces=(InterfaceFacts("eth0", "wired", mtu=1500),))


def mark(number: int) -> Mark:
    return Mark("atlas", float(number), MarkKind.USER, f"mark {number}", 0.5)


def devices(node: Node) -> list[DeviceFacts]:
    return [event for event in node.events if isinstance(event, DeviceFacts)]


def marks(node: Node) -> list[Mark]:
    return [event for event in node.events if isinstance(event, Mark)]


def published(rights: bool = False) -> Link:
    left = Node("atlas")
    if rights:
        left.rights = replace(PAIRED, actions=True)
    link = joined(left)
    run(link, 1)
    return link


def test_devices_come_once_and_again_where_they_changed() -> None:
    link = published()
    for _ in range(3):
        link.left.feed.put_devices(FACTS)
        run(link, 1)
    assert devices(link.right) == [BARE]
    link.left.feed.put_devices(replace(FACTS, disks=()))
    run(link, 1)
    assert devices(link.right)[1:] == [replace(BARE, disks=())]


def test_addresses_go_to_those_who_may_act_and_are_told_when_that_is_granted() -> None:
    link = published(rights=True)
    link.left.feed.put_devices(FACTS)
    run(link, 1)
    assert devices(link.right) == [FACTS]
    assert link.left.session is not None
    link.left.session.set_rights(PAIRED)
    run(link, 1)
    assert devices(link.right) == [FACTS, BARE]


def test_who_may_not_see_figures_hears_of_nothing() -> None:
    left = Node("atlas")
    left.rights = replace(PAIRED, metrics=False)
    link = joined(left)
    run(link, 1)
    left.feed.put_devices(FACTS)
    left.feed.put_mark(mark(1))
    run(link, 1)
    assert devices(link.right) == []
    assert marks(link.right) == []


def test_marks_come_as_they_happen_and_those_before_at_the_beginning() -> None:
    left = Node("atlas")
    left.publish()
    for number in range(300):
        left.feed.put_mark(mark(number))
    link = joined(left)
    run(link, 1)
    assert marks(link.right) == [mark(number) for number in range(100, 300)]
    left.feed.put_mark(mark(300))
    left.feed.put_mark(mark(301))
    run(link, 1)
    assert marks(link.right)[200:] == [mark(300), mark(301)]


def test_a_link_that_comes_back_tells_only_what_is_new() -> None:
    link = published()
    link.left.feed.put_mark(mark(1))
    run(link, 1)
    link.cut()
    link.left.feed.put_mark(mark(2))
    link.connect()
    run(link, 1)
    assert marks(link.right) == [mark(1), mark(2)]


def test_a_version_without_them_is_not_told() -> None:
    right = Node("desk", ALL)
    right.capabilities = ["clock"]
    link = joined(Node("atlas"), right)
    run(link, 1)
    link.left.feed.put_devices(FACTS)
    link.left.feed.put_mark(mark(1))
    run(link, 1)
    assert not any(isinstance(one, (m.Devices, m.Marks)) for one in link.messages("left"))


def test_who_wants_nothing_is_told_nothing() -> None:
    link = joined(Node("atlas"), Node("desk"))
    link.left.publish()
    link.left.feed.put_mark(mark(1))
    link.flow()
    assert not any(isinstance(one, m.Marks) for one in link.messages("left"))


def test_a_host_that_left_and_came_again_is_told_anew() -> None:
    link = published()
    link.left.feed.put_devices(FACTS)
    run(link, 1)
    link.left.feed.leave("atlas", Reason.CUT)
    link.flow()
    link.left.publish(now=link.now)
    link.left.feed.put_devices(FACTS)
    run(link, 1)
    assert devices(link.right) == [BARE, BARE]


def test_a_kind_of_a_later_version_is_left_out() -> None:
    message = m.Marks(1, [m.MarkEntry(1.0, "teleported", "x"), m.MarkEntry(2.0, "marked", "y")])
    assert [one.text for one in bulletin.read_marks(message, "h")] == ["y"]


@pytest.mark.parametrize("entry", [m.MarkEntry(float("nan"), "marked", ""), m.MarkEntry(1.0, "marked", "", -1.0)])
def test_a_mark_from_beyond_time_costs_the_link(entry: m.MarkEntry) -> None:
    with pytest.raises(RemoteProtocolError):
        list(bulletin.read_marks(m.Marks(1, [entry]), "h"))


def test_what_is_too_long_is_cut() -> None:
    disk = DiskFacts("x" * 999, "ssd", "y" * 999, 1 << 60)
    (entry,) = bulletin.devices_message(1, DeviceFacts("h", (disk,)), with_addresses=False).disks
    assert (len(entry.device), len(entry.model or ""), entry.size) == (256, 256, None)
