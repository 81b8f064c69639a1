from __future__ import annotations

from array import array

import pytest

from sysmon.model.sample import Stretch
from sysmon.runtime.bench.hour import made_up
from sysmon.runtime.bench.hub import Coded, Hub


def test_every_machine_is_kept_under_its_own_name() -> None:
    rows = made_up("m", 150)
    hub = Hub(Coded(rows), 3)
    assert [number for tick in range(150) for number in hub.take(tick)] == [0, 1, 2] * 150
    assert hub.store.hosts() == ["machine0", "machine1", "machine2"]
    assert hub.store.spans("machine2") == [(1, 61, 210)]
    catalogs = [hub.store.catalog(host) for host in hub.store.hosts()]
    assert len({catalog.digest for catalog in catalogs if catalog is not None}) == 3
    hub.check()


def test_what_came_back_as_another_is_found() -> None:
    rows = made_up("m", 3)
    hub = Hub(Coded(rows), 1)
    assert list(hub.take(0)) == [0]
    catalog = hub.store.catalog("machine0")
    assert catalog is not None
    wrong = array("d", [0.5] * len(catalog.series))
    hub.bus.publish(Stretch("machine0", 1, catalog, array("q", [2]), array("d", [rows[1].time]), wrong))
    with pytest.raises(RuntimeError, match="sequence 2 of machine0"):
        hub.check()
