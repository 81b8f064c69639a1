"""TCP and UDP counters from the text of ``/proc/net/snmp`` and ``/proc/net/snmp6`` (Linux).

A part of the family ``network``. Names as in RFC 1213, RFC 4022 and RFC 4113:
https://docs.kernel.org/networking/snmp_counter.html. Opens no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import series

_TCP: Final = (
    (b"InSegs", series(names.TCP_SEGMENTS, "received")),
    (b"OutSegs", series(names.TCP_SEGMENTS, "sent")),
    (b"RetransSegs", series(names.TCP_SEGMENTS, "retransmitted")),
    (b"InErrs", series(names.TCP_SEGMENTS, "error")),
    (b"OutRsts", series(names.TCP_SEGMENTS, "reset")),
    (b"ActiveOpens", series(names.TCP_OPENS, "active")),
    (b"PassiveOpens", series(names.TCP_OPENS, "passive")),
    (b"AttemptFails", series(names.TCP_OPENS, "failed")),
)
_UDP: Final = (
    (b"InDatagrams", series(names.UDP_DATAGRAMS, "received")),
    (b"OutDatagrams", series(names.UDP_DATAGRAMS, "sent")),
    (b"InErrors", series(names.UDP_DATAGRAMS, "error")),
    (b"NoPorts", series(names.UDP_DATAGRAMS, "no_port")),
)
_TCP_NAMES: Final = tuple(name for name, _ in _TCP)
_UDP_NAMES: Final = tuple(name for name, _ in _UDP)

PROTOCOL_SERIES: Final = tuple(each for _, each in _TCP + _UDP)
"""The series of `SnmpCounters`, TCP first. The TCP counters hold IPv4 and IPv6 together."""


@dataclass(frozen=True, slots=True)
class SnmpCounters:
    """Values in the order of `PROTOCOL_SERIES`."""

    tcp: tuple[float, ...]
    udp: tuple[float, ...]


def parse_snmp(data: bytes) -> SnmpCounters:
    """TCP counters, and UDP counters of IPv4. Raises CollectorFailed."""
    return SnmpCounters(_section(data, b"Tcp:", _TCP_NAMES), _section(data, b"Udp:", _UDP_NAMES))


def parse_udp6(data: bytes) -> tuple[float, ...]:
    """UDP counters of IPv6 from ``/proc/net/snmp6``, one name and value a line. Raises CollectorFailed."""
    return tuple(_line_value(data, b"Udp6" + name) for name in _UDP_NAMES)


def _section(data: bytes, prefix: bytes, wanted: tuple[bytes, ...]) -> tuple[float, ...]:
    """The wanted fields of a section: a line of names, then a line of values, both with ``prefix``."""
    start = data.find(prefix) if data.startswith(prefix) else data.find(b"\n" + prefix) + 1
    if start > 0 or data.startswith(prefix):
        header, values, *_ = (*data[start:].split(b"\n", 2), b"", b"")
        columns = dict(zip(header.split(), values.split(), strict=False))
        try:
            return tuple(float(int(columns[name])) for name in wanted)
        except (KeyError, ValueError, OverflowError) as error:
            raise CollectorFailed(f"/proc/net/snmp is not understood at {prefix.decode()} {error}") from error
    raise CollectorFailed(f"/proc/net/snmp has no {prefix.decode()}")


def _line_value(data: bytes, name: bytes) -> float:
    at = data.find(name)
    words = data[at + len(name) : at + len(name) + 80].split(None, 1) if at >= 0 else []
    try:
        return float(int(words[0]))
    except (ValueError, IndexError, OverflowError) as error:
        raise CollectorFailed(f"/proc/net/snmp6 is not understood at {name.decode()}") from error
