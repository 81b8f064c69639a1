"""What a filter looks into processes for: real ones, once a sweep, unknown where they are gone."""

from __future__ import annotations

import math
import os
import socket
import sys
import time

import pytest

from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import UNKNOWN
from sysmon.runtime.deep_lookup import DeepLookup
from tests.collectors.held_process import child, key_of, nobody_thread, root_only

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no such columns")


def test_ports_files_groups_and_memory_of_this_process() -> None:
    lookup, me = DeepLookup(time.time), key_of(os.getpid())
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert server.getsockname()[1] in lookup.ports(me)
    assert isinstance(lookup.cgroup(me), str)
    assert lookup.container(me) == ""
    assert any(path.startswith("/") for path in lookup.files(me))
    assert lookup.columns(me, Column.MEMORY).pss > 1e6
    assert lookup.refused == 0


def test_answers_hold_for_one_sweep() -> None:
    lookup = DeepLookup(time.time)
    with child("") as (key, process):
        known = lookup.columns(key, Column.GROUP)
        assert known.cgroup is not None
        process.kill()
        process.wait()
        assert lookup.columns(key, Column.GROUP) is known
        lookup.forget()
        assert lookup.columns(ProcessKey(key.pid, key.start + 60.0), Column.MEMORY) == UNKNOWN


@root_only
def test_what_may_not_be_read_is_unknown_and_said() -> None:
    lookup = DeepLookup(time.time)
    with child("") as (key, _), nobody_thread() as nobody:
        assert math.isnan(nobody.submit(lookup.columns, key, Column.MEMORY).result().swap)
        assert lookup.reasons == {Column.MEMORY: "needs administrator rights"}
        lookup.forget()
        assert lookup.reasons == {}
