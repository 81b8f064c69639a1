"""A hub that remembers what came."""

from __future__ import annotations

from sysmon.protocol.blocks import Stretch
from sysmon.runtime.bench.gatherer import Gatherer
from tests.protocol import made


def test_what_is_missing_is_counted_for_each_machine() -> None:
    gatherer, catalog = Gatherer(), made.catalog(2)

    def batch(host: str, sequence: int) -> None:
        gatherer.heard("in:x", made.batch(catalog, sequence, [1.0, 2.0], host=host))

    assert gatherer.report() == {"live": 0, "missing": 0}
    batch("a", 1)
    batch("a", 5)
    batch("b", 3)
    assert gatherer.report() == {"live": 2, "missing": 5}
    gatherer.heard("in:x", Stretch.of([made.batch(catalog, n, [1.0, 2.0], host="a") for n in (2, 3, 4)]))
    assert gatherer.report() == {"live": 2, "missing": 2}
