"""What would keep an agent from working is said before it starts."""

from __future__ import annotations

from pathlib import Path

from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.runtime.agent_check import troubles
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from sysmon.transport.identity import load_or_create
from sysmon.transport.trust import TrustBook


def paths(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


def test_nothing_is_wrong_at_first(tmp_path: Path) -> None:
    assert troubles(Values({"sharing.on": True}), paths(tmp_path)) == []


def test_a_key_that_others_can_read_is_said(tmp_path: Path) -> None:
    load_or_create(tmp_path / "data").file.chmod(0o644)
    (found,) = troubles(Values(), paths(tmp_path))
    assert "can be read by others" in found


def test_an_address_of_another_machine_is_said(tmp_path: Path) -> None:
    values = Values({"sharing.on": True, "sharing.addresses": ("192.0.2.1",)})
    (found,) = troubles(values, paths(tmp_path))
    assert found.startswith("sharing.addresses: 192.0.2.1 cannot be listened on")
    assert troubles(Values({"sharing.addresses": ("192.0.2.1",)}), paths(tmp_path)) == [], "it is not shared"


def test_a_hub_that_nobody_knows_or_that_has_no_address_is_said(tmp_path: Path) -> None:
    identity, other = load_or_create(tmp_path / "data"), load_or_create(tmp_path / "other")
    TrustBook(tmp_path / "data", identity).put(Peer(other.id, "harbour", other.certificate))
    found = troubles(Values({"fleet.dial": ("nowhere",)}), paths(tmp_path), ("harbour",))
    assert "no machine called nowhere" in found[0]
    assert found[1].startswith("harbour cannot be connected to")


def test_a_hub_that_may_see_nothing_is_said(tmp_path: Path) -> None:
    identity, other = load_or_create(tmp_path / "data"), load_or_create(tmp_path / "other")
    hub = Peer(other.id, "harbour", other.certificate, ("192.0.2.1:4870",), Rights(metrics=False))
    TrustBook(tmp_path / "data", identity).put(hub)
    (found,) = troubles(Values({"fleet.dial": ("harbour",)}), paths(tmp_path))
    assert "may see nothing of this machine" in found
