"""Traffic of network interfaces from ``/proc/net/dev``, TCP and UDP counters from ``/proc/net/snmp`` (Linux).

Only what the kernel answers from memory. Link speed and state, which ask the driver, are the
family ``network_link``; connections by state are ``sockets``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, close_all
from sysmon.collectors.snmp import PROTOCOL_SERIES, parse_snmp, parse_udp6
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_COLUMNS: Final = 16
"""Eight for receiving, eight for sending: bytes, packets, errors, drops, and four that are not shown."""

_SHOWN: Final = (0, 8, 1, 9, 2, 10, 3, 11)
"""Columns in the order of `interface_series`."""


@dataclass(frozen=True, slots=True)
class Interfaces:
    """``columns[c][i]`` is the column ``_SHOWN[c]`` of the interface ``names[i]``."""

    names: tuple[bytes, ...]
    columns: tuple[tuple[float, ...], ...]


def parse_net_dev(data: bytes) -> Interfaces:
    """The interfaces of ``/proc/net/dev``; none is a valid answer. Raises CollectorFailed.

    Every line has the same number of columns, so one split and slices with a stride replace a
    split for each interface. Old kernels print no space after the colon; names hold none.
    """
    _, _, body = data.partition(b"\n")
    header, newline, body = body.partition(b"\n")
    tokens = body.replace(b":", b" ").split()
    width = _COLUMNS + 1
    if not newline or b"bytes" not in header or len(tokens) % width:
        raise CollectorFailed(f"/proc/net/dev is not understood: {data[:80]!r}")
    try:
        columns = tuple(tuple(map(float, map(int, tokens[1 + column :: width]))) for column in _SHOWN)
    except (ValueError, OverflowError) as error:
        raise CollectorFailed(f"/proc/net/dev is not understood: {error}") from error
    return Interfaces(tuple(tokens[::width]), columns)


def interface_series(interfaces: tuple[str, ...]) -> tuple[Series, ...]:
    """The series of all interfaces, column by column."""
    layout: list[Series] = []
    for metric in (names.NETWORK_IO, names.NETWORK_PACKETS, names.NETWORK_ERRORS, names.NETWORK_DROPPED):
        for direction in ("receive", "transmit"):
            layout += (series(metric, interface, direction) for interface in interfaces)
    return tuple(layout)


class NetworkCollector:
    """Family ``network``: every interface of this network namespace, loopback included."""

    family = "network"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        del sys
        self._dev = KeptFile(proc / "net/dev")
        self._snmp = KeptFile(proc / "net/snmp")
        self._snmp6 = KeptFile(proc / "net/snmp6")
        self._shape: tuple[tuple[bytes, ...], bool] | None = None
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        interfaces = parse_net_dev(self._dev.require())
        protocols = self._read_protocols()
        shape = (interfaces.names, protocols is None)
        if shape != self._shape:
            self._lay_out(interfaces.names, protocols is not None)
            self._shape = shape
        values = [value for column in interfaces.columns for value in column]
        if protocols is not None:
            values += protocols
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        close_all((self._dev, self._snmp, self._snmp6))

    def _read_protocols(self) -> tuple[float, ...] | None:
        try:
            counters = parse_snmp(self._snmp.read())
        except OSError:
            return None
        try:
            udp6 = parse_udp6(self._snmp6.read())
        except OSError:
            # No IPv6 on this system: there is nothing to add.
            return counters.tcp + counters.udp
        return counters.tcp + tuple(four + six for four, six in zip(counters.udp, udp6, strict=True))

    def _lay_out(self, interfaces: tuple[bytes, ...], protocols: bool) -> None:
        if len(set(interfaces)) != len(interfaces):
            # One that was added or renamed while the kernel wrote the list.
            raise CollectorFailed("/proc/net/dev lists an interface twice")
        layout = interface_series(tuple(name.decode("utf-8", "backslashreplace") for name in interfaces))
        self._series = layout + PROTOCOL_SERIES if protocols else layout
        reason = "/proc/net/snmp cannot be read"
        self._missing = () if protocols else tuple(Missing(wanted.key, reason) for wanted in PROTOCOL_SERIES)
