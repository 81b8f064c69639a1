from __future__ import annotations

from sysmon.model.link import LinkState, Reason
from sysmon.runtime.demo_roles import ROLES, roles
from sysmon.runtime.demo_scene import NEIGHBOURS, scene

NOW = 1_800_000_000.0


def test_every_kind_of_link_is_there() -> None:
    links, peers = scene(NOW, ROLES)
    states = {link.name: link.report().state for link in links}
    assert states["atlas"] is LinkState.LIVE
    assert states["mira"] is states["deneb"] is LinkState.BACKOFF
    assert states["nova"] is LinkState.REFUSED
    reports = {link.name: link.report() for link in links}
    assert reports["vega"].missing == 14 * 60
    assert reports["rigel"].slowed == 2.0
    assert reports["mira"].next_try == NOW + 4.0
    assert reports["nova"].reason is Reason.WRONG_PIN
    assert not reports["laptop"].dialled
    assert [peer.id for peer in peers] == [link.peer for link in links]


def test_nothing_happened_in_the_future_and_all_in_order() -> None:
    links, _ = scene(NOW, ROLES)
    for link in links:
        times = [step.time for step in link.steps]
        assert times == sorted(times)
        assert all(time <= NOW for time in times)
        assert all(now.before is before.after for before, now in zip(link.steps, list(link.steps)[1:], strict=False))


def test_every_simulated_machine_has_a_link_and_neighbours_have_addresses_of_nobody() -> None:
    links, _ = scene(NOW, ROLES)
    assert {role.host for role in ROLES[1:]} <= {link.peer for link in links}
    assert all(found.address.startswith("192.0.2.") for found in NEIGHBOURS)


def test_any_number_of_machines_has_as_many_links() -> None:
    assert scene(NOW, ROLES[:1]) == ([], [])
    few, _ = scene(NOW, ROLES[:3])
    assert [link.name for link in few] == ["atlas", "vega"]
    many = roles(60)
    links, peers = scene(NOW, many)
    assert {role.host for role in many[1:]} <= {link.peer for link in links}
    assert len({link.link for link in links}) == len(links) == len(peers) == 61
    reports = {link.peer: link.report() for link in links}
    for role in many[1:]:
        assert (reports[role.host].state is LinkState.LIVE) is (not role.silent)
