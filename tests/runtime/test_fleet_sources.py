"""Of several links over which a machine comes, one counts."""

from __future__ import annotations

from sysmon.protocol import messages as m
from sysmon.runtime.fleet_sources import FleetSources, Source


def source(peer: str, *path: str, host: str = "vega") -> Source:
    return Source(m.Host(host, host, path=list(path)), 1.0, peer)


def through(sources: FleetSources, host: str = "vega") -> str:
    found = sources.best(host)
    return found.peer if found is not None else ""


def test_a_machine_speaks_for_itself_rather_than_a_hub_whoever_came_first() -> None:
    sources = FleetSources()
    sources.saw("out:hub", source("hub", "hub"))
    assert through(sources) == "hub"
    sources.saw("in:vega", source("vega"))
    sources.saw("out:hub", source("hub", "hub"))
    assert through(sources) == "vega"


def test_the_shortest_way_and_of_equals_the_one_that_was_there_first() -> None:
    sources = FleetSources()
    sources.saw("out:far", source("far", "near", "far"))
    sources.saw("out:one", source("one", "one"))
    sources.saw("out:two", source("two", "two"))
    assert through(sources) == "one"
    sources.left("vega", "out:one")
    sources.left("vega", "out:one")
    assert through(sources) == "two"


def test_when_a_link_is_over_its_machines_come_over_another_one_or_none() -> None:
    sources = FleetSources()
    sources.saw("in:vega", source("vega"))
    sources.saw("out:hub", source("hub", "hub"))
    sources.saw("out:hub", source("hub", host="hub"))
    assert sources.lost("in:vega") == ["vega"]
    assert through(sources) == "hub"
    assert sources.lost("out:hub") == ["vega", "hub"]
    assert through(sources) == ""
    assert sources.lost("out:hub") == []


def test_what_is_forgotten_comes_from_nowhere() -> None:
    sources = FleetSources()
    sources.saw("in:vega", source("vega"))
    sources.forget("vega")
    sources.forget("vega")
    assert through(sources) == ""
    assert sources.lost("in:vega") == []
