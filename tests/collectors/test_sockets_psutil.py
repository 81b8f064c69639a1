"""TCP states through psutil: counted, and refused."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

from sysmon.collectors.sockets import STATES
from sysmon.collectors.sockets_psutil import SocketsPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures


def key(state: str) -> str:
    return f"system.network.connection.count{{network.transport=tcp,network.connection.state={state}}}"


def test_each_state_is_counted_and_those_without_a_connection_are_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    def net_connections(kind: str = "inet") -> list[SimpleNamespace]:
        assert kind == "tcp"
        words = [psutil.CONN_LISTEN, psutil.CONN_LISTEN, psutil.CONN_SYN_RECV, "DELETE_TCB"]
        return [SimpleNamespace(status=word) for word in words]

    monkeypatch.setattr(psutil, "net_connections", net_connections)
    found = figures(SocketsPsutilCollector().read())
    assert found.keys() == {key(state) for state in STATES.values()}
    assert (found[key("listen")], found[key("syn_received")], found[key("closed")]) == (2.0, 1.0, 0.0)
    assert sum(found.values()) == 3.0


def test_a_system_that_asks_for_the_administrator_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def net_connections(kind: str = "inet") -> list[SimpleNamespace]:
        raise psutil.AccessDenied(1)

    monkeypatch.setattr(psutil, "net_connections", net_connections)
    with pytest.raises(CollectorUnavailable, match="administrator"):
        SocketsPsutilCollector().read()
