"""TCP connections by state (Linux): sock_diag where the kernel has it, else ``/proc/net/tcp``.

The cost grows with the number of sockets, so this is a family of its own, read beside the tick.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, close_all
from sysmon.collectors.sock_diag import STATE_NUMBERS, SockDiag
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.metric import Series, series
from sysmon.model.sample import Reading

STATES: Final = {
    1: "established",
    2: "syn_sent",
    3: "syn_received",
    4: "fin_wait_1",
    5: "fin_wait_2",
    6: "time_wait",
    7: "closed",
    8: "close_wait",
    9: "last_ack",
    10: "listen",
    11: "closing",
}
"""Kernel number to the state (``net/tcp_states.h``)."""

_TIME_WAIT: Final = 6
_NEW_SYN_RECEIVED: Final = 12
_EVERY_STATE: Final = (1 << STATE_NUMBERS) - 1


def state_series() -> tuple[Series, ...]:
    """One series for each of `STATES`, in that order."""
    return tuple(series(names.NETWORK_CONNECTIONS, "tcp", state) for state in STATES.values())


def state_values(counts: Sequence[int]) -> list[float]:
    """Counts indexed by kernel number, in the order of `state_series`."""
    merged = list(counts)
    # A half-open connection that has no full socket yet: the same state to every other system.
    merged[3] += merged[_NEW_SYN_RECEIVED]
    return [float(merged[number]) for number in STATES]


def parse_time_wait(data: bytes) -> int:
    """Connections in TIME_WAIT, IPv4 and IPv6, from ``/proc/net/sockstat``. Raises CollectorFailed."""
    for line in data.splitlines():
        if line.startswith(b"TCP:"):
            words = line.split()
            try:
                return int(words[words.index(b"tw") + 1])
            except (ValueError, IndexError) as error:
                raise CollectorFailed(f"/proc/net/sockstat is not understood: {line[:80]!r}") from error
    raise CollectorFailed("/proc/net/sockstat has no line TCP:")


def parse_tcp_table(data: bytes, counts: list[int]) -> None:
    """Add the sockets of ``/proc/net/tcp`` or ``tcp6`` to ``counts``. Raises CollectorFailed."""
    for line in data.splitlines()[1:]:
        try:
            state = int(line.split(None, 4)[3], 16)
        except (ValueError, IndexError) as error:
            raise CollectorFailed(f"a line of /proc/net/tcp is not understood: {line[:80]!r}") from error
        if 0 < state < STATE_NUMBERS:
            counts[state] += 1


class SocketsCollector:
    """Family ``sockets``."""

    family = "sockets"
    pace = Pace(interval=5.0, limit=2.0)

    def __init__(self, proc: Path, sys: Path, diag: SockDiag | None = None) -> None:
        del sys
        self._sockstat = KeptFile(proc / "net/sockstat")
        self._tcp = KeptFile(proc / "net/tcp")
        self._tcp6 = KeptFile(proc / "net/tcp6")
        self._diag: SockDiag | None = diag or SockDiag()
        self._series = state_series()

    def read(self) -> Reading:
        if self._diag is not None:
            try:
                return Reading(self._series, state_values(self._ask_kernel(self._diag)))
            except OSError:
                # No inet_diag in this kernel, or a sandbox forbids netlink: it stays so.
                self._diag.close()
                self._diag = None
        return Reading(self._series, state_values(self._read_tables()))

    def close(self) -> None:
        close_all((self._sockstat, self._tcp, self._tcp6))
        if self._diag is not None:
            self._diag.close()

    def _ask_kernel(self, diag: SockDiag) -> list[int]:
        # A busy server has a hundred thousand connections in TIME_WAIT; the kernel keeps their
        # number, so that they need not be listed.
        four = diag.count(socket.AF_INET, _EVERY_STATE & ~(1 << _TIME_WAIT))
        six = diag.count(socket.AF_INET6, _EVERY_STATE & ~(1 << _TIME_WAIT))
        counts = [a + b for a, b in zip(four, six, strict=True)]
        counts[_TIME_WAIT] = parse_time_wait(self._sockstat.read())
        return counts

    def _read_tables(self) -> list[int]:
        counts = [0] * STATE_NUMBERS
        parse_tcp_table(self._tcp.require(), counts)
        try:
            parse_tcp_table(self._tcp6.read(), counts)
        except FileNotFoundError:
            # No IPv6 on this system: there is nothing to add.
            return counts
        return counts
