from __future__ import annotations

import pytest

from sysmon.model.link import LinkState
from sysmon.model.peer import Peer
from sysmon.viewmodels.link_groups import LinkGroup, groups, shows_figures
from tests.viewmodels.links import report

OUT = report(state=LinkState.DISABLED)
IN = report(link="atlas/in", dialled=False)


def test_two_links_with_one_machine_are_one_group_and_the_open_one_is_told() -> None:
    (first, second) = groups((OUT, report("vega"), IN))
    assert first.links == {"atlas/out", "atlas/in"}
    assert (first.key, first.main.link) == ("atlas/out", "atlas/in")
    assert second.key == "vega/out"


def test_the_key_stays_while_the_open_one_changes() -> None:
    before, after = LinkGroup((OUT, IN)), LinkGroup((report(), report(link="atlas/in", state=LinkState.DISABLED)))
    assert before.key == after.key
    assert before.main.link != after.main.link
    assert LinkGroup((IN,)).key == "atlas/in"


@pytest.mark.parametrize("state", LinkState)
def test_every_state_has_its_rank(state: LinkState) -> None:
    assert LinkGroup((report(state=state), report(link="b", state=LinkState.DISABLED))).main.link in ("atlas/out", "b")
    assert LinkGroup((report(state=state), report(link="b"))).main.state is LinkState.LIVE


def test_who_only_watches_shows_no_figures() -> None:
    watcher = LinkGroup((report(link="atlas/in", dialled=False, hosts=()),))
    assert not shows_figures(watcher, {})
    assert not shows_figures(watcher, {"atlas": Peer("atlas", "atlas", watched=False)})
    assert shows_figures(watcher, {"atlas": Peer("atlas", "atlas")})
    assert shows_figures(LinkGroup((IN,)), {})
    assert shows_figures(LinkGroup((OUT,)), {})
