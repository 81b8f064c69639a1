"""Products, hypervisors and containers by what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.collectors.host_platform import container, product_name, virtualisation
from tests.collectors.recorded import write_tree


def dmi(sys: Path, **fields: str) -> Path:
    return write_tree(sys, {f"class/dmi/id/{name}": f"{value}\n" for name, value in fields.items()})


@pytest.mark.parametrize(
    ("vendor", "product", "name"),
    [
        ("LENOVO", "20XW004YGE", "LENOVO 20XW004YGE"),
        ("HP", "HP EliteBook 840", "HP EliteBook 840"),
        ("To Be Filled By O.E.M.", "B450 Gaming", "B450 Gaming"),
        ("System manufacturer", "System Product Name", None),
    ],
)
def test_products(tmp_path: Path, vendor: str, product: str, name: str | None) -> None:
    assert product_name(dmi(tmp_path, sys_vendor=vendor, product_name=product), tmp_path) == name


def test_a_board_with_a_device_tree(tmp_path: Path) -> None:
    write_tree(tmp_path, {"device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0"})
    assert product_name(tmp_path, tmp_path) == "Raspberry Pi 4 Model B Rev 1.4"


@pytest.mark.parametrize(
    ("fields", "flag", "kind"),
    [
        ({"sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"}, True, "qemu"),
        ({"sys_vendor": "QEMU", "product_name": "KVM"}, True, "kvm"),
        ({"sys_vendor": "VMware, Inc.", "product_name": "VMware Virtual Platform"}, True, "vmware"),
        ({"sys_vendor": "innotek GmbH", "product_name": "VirtualBox"}, True, "virtualbox"),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, True, "microsoft"),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Surface Pro 9"}, False, "none"),
        ({"sys_vendor": "Amazon EC2", "product_name": "c5.metal"}, False, "none"),
        ({"sys_vendor": "Amazon EC2", "product_name": "c5.large"}, True, "amazon"),
        ({"sys_vendor": "LENOVO", "product_name": "20XW004YGE"}, False, "none"),
        ({}, True, "unknown"),
        ({}, False, "none"),
    ],
)
def test_hypervisors(tmp_path: Path, fields: dict[str, str], flag: bool, kind: str) -> None:
    assert virtualisation(dmi(tmp_path, **fields), in_hypervisor=flag) == kind


def test_xen_says_so_itself(tmp_path: Path) -> None:
    write_tree(tmp_path, {"hypervisor/type": "xen\n"})
    assert virtualisation(tmp_path, in_hypervisor=False) == "xen"


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, "none"),
        ({"run/systemd/container": "lxc\n"}, "lxc"),
        ({"proc/1/environ": b"PATH=/bin\0container=podman\0"}, "podman"),
        ({"proc/1/environ": b"mycontainer=x\0"}, "none"),
        ({"run/.containerenv": ""}, "podman"),
        ({".dockerenv": ""}, "docker"),
        ({"proc/self/cgroup": "0::/kubepods.slice/pod1\n"}, "kubernetes"),
        ({"proc/self/cgroup": "12:cpu:/docker/4c01\n0::/\n"}, "docker"),
        ({"proc/self/cgroup": "0::/user.slice/user-1000.slice/session-2.scope\n"}, "none"),
    ],
)
def test_containers(tmp_path: Path, files: dict[str, str | bytes], kind: str) -> None:
    write_tree(tmp_path, files)
    assert container(tmp_path, tmp_path / "proc") == kind
