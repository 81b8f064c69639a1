"""Benchmarks of this program, each with the bound it must keep (``sysmon bench NAME``).

`BENCHES` names every benchmark and the function that measures it, as ``module:function``: imported
only when it runs, since some need a window. Such a function takes nothing and answers a list of
`harness.Result`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BENCHES: Mapping[str, str] = MappingProxyType(
    {
        "agent": "sysmon.runtime.bench.agent:run",
        "backfill": "sysmon.runtime.bench.backfill:run",
        "churn": "sysmon.runtime.bench.churn:run",
        "collect": "sysmon.runtime.bench.collect:run",
        "filter": "sysmon.runtime.bench.table:run_filter",
        "latency": "sysmon.runtime.bench.latency:run",
        "fleet": "sysmon.runtime.bench.fleet:run",
        "cycle": "sysmon.runtime.bench.cycle:run",
        "failover": "sysmon.runtime.bench.failover:run",
        "fanout": "sysmon.runtime.bench.fanout:run",
        "frame": "sysmon.runtime.bench.frame:run",
        "idle": "sysmon.runtime.bench.idle:run",
        "ingest": "sysmon.runtime.bench.ingest:run",
        "page": "sysmon.runtime.bench.page:run",
        "paint": "sysmon.runtime.bench.paint:run",
        "processes": "sysmon.runtime.bench.processes:run",
        "reconnect": "sysmon.runtime.bench.reconnect:run",
        "soak": "sysmon.runtime.bench.soak:run",
        "start": "sysmon.runtime.bench.start:run",
        "table": "sysmon.runtime.bench.table:run",
        "throng": "sysmon.runtime.bench.churn:run_throng",
        "trust": "sysmon.runtime.bench.trust:run",
        "window": "sysmon.runtime.bench.window:run",
        "wire": "sysmon.runtime.bench.wire:run",
    }
)
