"""Two hubs, two agents and a watcher as real programs: one hub is killed, comes back, and the other one ends."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from sysmon.runtime.bench import failover
from sysmon.runtime.bench.programs import Programs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills a process, as Linux does it")


def test_agents_find_the_other_hub_in_time_and_no_sample_is_missing(tmp_path: Path) -> None:
    with Programs(tmp_path) as programs:
        found = asyncio.run(failover.measured(tmp_path, programs, 2))
        logs = [(tmp_path / hub / "state" / "hub.log").read_text() for hub in failover.HUBS]
    assert found["killed"] < failover.BOUND_S
    assert found["ended"] < failover.BOUND_S
    assert found["missing"] == 0.0
    assert found["samples"] > 30.0
    for log in logs:
        assert " WARNING " not in log
        assert " ERROR " not in log
        assert "34 loop" not in log
    assert found["echoes"] == 0.0, "what one hub has from the other does not come back to it"
