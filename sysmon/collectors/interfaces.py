"""Facts of network interfaces on any system: addresses, kind, hardware address.

Asked when somebody wants to show them, never on a tick.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import psutil

from sysmon.collectors.procfs import attribute
from sysmon.model.host import InterfaceFacts

_ARPHRD_LOOPBACK: Final = "772"


def interface_facts(sys: Path = Path("/sys")) -> tuple[InterfaceFacts, ...]:
    """Every interface by name, with its addresses as psutil gives them.

    ``sys`` is asked for the kind where it exists (Linux); elsewhere psutil knows loopback only.
    """
    net = sys / "class/net"
    described = net.is_dir()
    limits = psutil.net_if_stats()
    found: list[InterfaceFacts] = []
    for name, given in sorted(psutil.net_if_addrs().items()):
        four = [each.address for each in given if each.family == socket.AF_INET]
        six = [each.address.partition("%")[0] for each in given if each.family == socket.AF_INET6]
        links = [each.address for each in given if each.family == psutil.AF_LINK and each.address]
        stats = limits.get(name)
        loopback = stats is not None and "loopback" in stats.flags.split(",")
        found.append(
            InterfaceFacts(
                name=name,
                kind=interface_kind(net / name) if described else "loopback" if loopback else "unknown",
                addresses=(*four, *six),
                hardware_address=links[0].lower().replace("-", ":") if links else None,
                mtu=stats.mtu if stats is not None and stats.mtu > 0 else None,
            )
        )
    return tuple(found)


def interface_kind(root: Path) -> str:
    """The kind of an interface by its directory in ``/sys/class/net`` (see `InterfaceFacts.kind`)."""
    if not root.is_dir():
        return "unknown"
    if attribute(root / "type") == _ARPHRD_LOOPBACK:
        return "loopback"
    if (root / "bridge").is_dir():
        return "bridge"
    if (root / "wireless").is_dir() or (root / "phy80211").exists():
        return "wireless"
    return "wired" if (root / "device").exists() else "virtual"
