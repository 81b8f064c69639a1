"""Kinds of interfaces on recorded trees; addresses of the real machine."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.interfaces import interface_facts, interface_kind
from tests.collectors.recorded import write_tree


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"type": "772\n"}, "loopback"),
        ({"type": "1\n", "device/vendor": ""}, "wired"),
        ({"type": "1\n", "device/vendor": "", "phy80211/name": ""}, "wireless"),
        ({"type": "1\n", "device/vendor": "", "wireless/x": ""}, "wireless"),
        ({"type": "1\n", "bridge/x": ""}, "bridge"),
        ({"type": "65534\n"}, "virtual"),
        ({"type": "\x00\n"}, "virtual"),
    ],
)
def test_the_kind_of_an_interface(tmp_path: Path, files: dict[str, str], kind: str) -> None:
    assert interface_kind(write_tree(tmp_path, files)) == kind


def test_an_interface_that_vanished_has_no_kind(tmp_path: Path) -> None:
    assert interface_kind(tmp_path / "eth0") == "unknown"


def test_every_interface_of_this_machine_with_valid_addresses(tmp_path: Path) -> None:
    facts = {each.name: each for each in interface_facts()}
    assert facts.keys() == psutil.net_if_addrs().keys()
    for each in facts.values():
        versions = [ipaddress.ip_address(address).version for address in each.addresses]
        assert versions == sorted(versions)
        assert each.hardware_address is None or each.hardware_address == each.hardware_address.lower()


def test_without_sysfs_loopback_is_known_by_its_flags(tmp_path: Path) -> None:
    kinds = {each.name: each.kind for each in interface_facts(tmp_path)}
    assert set(kinds.values()) <= {"loopback", "unknown"}
    if "lo" in kinds:
        assert kinds["lo"] == "loopback"
