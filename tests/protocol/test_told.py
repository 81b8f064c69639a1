from __future__ import annotations

from sysmon.protocol import messages as m
from sysmon.protocol.told import KEPT_CATALOGS, OlderCatalogs, Told
from tests.protocol.made import catalog

CATALOG = catalog(1)


def test_the_catalog_that_came_first_is_forgotten_first_also_when_it_comes_again() -> None:
    older = OlderCatalogs()
    for revision in range(KEPT_CATALOGS):
        older.keep(revision, CATALOG)
    older.keep(0, CATALOG)
    older.keep(99, CATALOG)
    assert older.get(0) is None
    assert older.get(1) is CATALOG
    assert len(older) == KEPT_CATALOGS


def test_what_a_peer_knows() -> None:
    told = Told(m.Host("h", "H"), 1.0, 1, CATALOG)
    told.renew(2, catalog(2))
    told.keep(7, CATALOG)
    assert [revision for revision in range(9) if told.knows(revision)] == [1, 2, 7]
