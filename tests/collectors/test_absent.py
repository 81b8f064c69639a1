"""A family that a system does not have says why."""

from __future__ import annotations

import pytest

from sysmon.collectors.absent import AbsentCollector
from sysmon.model.errors import CollectorUnavailable


def test_every_reading_gives_the_reason() -> None:
    collector = AbsentCollector("pressure", "only the Linux kernel measures pressure")
    assert collector.family == "pressure"
    for _ in range(2):
        with pytest.raises(CollectorUnavailable, match="only the Linux kernel"):
            collector.read()
    collector.close()
