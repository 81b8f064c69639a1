from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.network import NetworkPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost, level
from tests.viewmodels.test_network import interface


def test_traffic_interfaces_and_connections(show: Show[NetworkPage]) -> None:
    host = FakeHost()
    made = {**interface("lo", 0.0, 0.0), **interface("eth0", 1e6, 2e6)}
    host.run(10, {**made, series(names.NETWORK_CONNECTIONS, "tcp", "established"): level(84.0)})
    page = show(NetworkPage, host)
    assert page.big.accessibleName() == "Network 3.00\u202fMB/s"
    assert page.interfaces.table.accessibleDescription().startswith("eth0")
    assert "Established 84" in page.states.accessibleName()
    page.big.chooser.chosen.emit("eth0")
    assert page.big.accessibleName() == "eth0 3.00\u202fMB/s"
    assert not page.grab().isNull()


def test_why_there_is_nothing(show: Show[NetworkPage]) -> None:
    host = FakeHost(Missing("network", "/proc/net/dev cannot be read"), Missing("sockets", "netlink is not allowed"))
    host.tick({series(names.LOAD_1M): 1.0})
    page = show(NetworkPage, host)
    assert "/proc/net/dev cannot be read" in page.big.note.accessibleName()
    assert "Netlink is not allowed" in page.note.accessibleName()
