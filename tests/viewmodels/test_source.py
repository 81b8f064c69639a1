"""Another machine, or other units, is another source: pages compare them to see that something changed."""

from __future__ import annotations

from dataclasses import replace

from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.source import Source


def test_sources_differ_by_machine_and_units() -> None:
    source = Source(Query(Store()), "local", Units())
    assert source == replace(source)
    assert source != replace(source, host="vega")
    assert source != replace(source, units=Units(fahrenheit=True))
    assert source.host_name == ""
