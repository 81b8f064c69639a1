"""What a machine runs on and in: product, hypervisor, container (Linux). No program is started.

Sources: https://systemd.io/CONTAINER_INTERFACE, systemd-detect-virt(1) (the same DMI words),
Documentation/ABI/testing/sysfs-hypervisor-xen, sysfs DMI.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sysmon.collectors.procfs import attribute
from sysmon.collectors.sysfs import clean_label

_DMI_WORDS: Final = (
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("KubeVirt", "kvm"),
    ("Amazon EC2", "amazon"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "virtualbox"),
    ("VirtualBox", "virtualbox"),
    ("Oracle Corporation", "virtualbox"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Google Compute Engine", "google"),
    ("Apple Virtualization", "apple"),
)
"""Beginnings of DMI fields and the hypervisor they stand for."""

_PLACEHOLDERS: Final = frozenset(
    {"to be filled by o.e.m.", "system manufacturer", "system product name", "default string", "none"}
)

_CGROUP_WORDS = re.compile(r"/(docker|kubepods|lxc|libpod|containerd|podman)[./-]")
_CGROUP_KINDS: Final = {"libpod": "podman", "kubepods": "kubernetes", "containerd": "containerd"}


def product_name(sys: Path, proc: Path) -> str | None:
    """Maker and model from DMI, or the model of the device tree; None where neither tells."""
    words: list[str] = []
    for field in ("sys_vendor", "product_name"):
        word = clean_label(attribute(sys / "class/dmi/id" / field) or "")
        if word and word.lower() not in _PLACEHOLDERS:
            words.append(word)
    if len(words) == 2 and words[1].lower().startswith(words[0].lower()):
        del words[0]
    model = clean_label((attribute(proc / "device-tree/model") or "").replace("\0", ""))
    return " ".join(words) or model or None


def virtualisation(sys: Path, *, in_hypervisor: bool) -> str:
    """The hypervisor, "none" on bare metal, "unknown" where the CPU says that there is one without a name.

    ``in_hypervisor`` is the CPU flag of that name.
    """
    kind = attribute(sys / "hypervisor/type")
    if kind and attribute(sys / "hypervisor/properties/features") is None:
        return clean_label(kind)
    dmi = [
        attribute(sys / "class/dmi/id" / f) or "" for f in ("product_name", "sys_vendor", "board_vendor", "bios_vendor")
    ]
    for word, name in _DMI_WORDS:
        if any(field.startswith(word) for field in dmi) and (in_hypervisor or name != "amazon"):
            return name
    if dmi[1] == "Microsoft Corporation" and dmi[0] == "Virtual Machine":
        return "microsoft"
    return "unknown" if in_hypervisor else "none"


def container(root: Path, proc: Path) -> str:
    """The kind of container this program runs in, "none" where nothing says that it does."""
    said = attribute(root / "run/systemd/container") or _of_environment(proc / "1/environ")
    if said:
        return clean_label(said)
    if (root / "run/.containerenv").exists():
        return "podman"
    if (root / ".dockerenv").exists():
        return "docker"
    match = _CGROUP_WORDS.search(attribute(proc / "self/cgroup") or "")
    return _CGROUP_KINDS.get(match[1], match[1]) if match else "none"


def _of_environment(path: Path) -> str:
    """The variable ``container`` of the first process; readable by root alone."""
    for entry in (attribute(path) or "").split("\0"):
        if entry.startswith("container="):
            return entry.removeprefix("container=")
    return ""
