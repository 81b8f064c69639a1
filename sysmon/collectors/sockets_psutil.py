"""TCP connections by state through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

from collections import Counter
from typing import Final

import psutil

from sysmon.collectors.contract import Pace
from sysmon.collectors.sockets import STATES, state_series
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.sample import Reading

_WORDS: Final = {
    psutil.CONN_ESTABLISHED: "established",
    psutil.CONN_SYN_SENT: "syn_sent",
    psutil.CONN_SYN_RECV: "syn_received",
    psutil.CONN_FIN_WAIT1: "fin_wait_1",
    psutil.CONN_FIN_WAIT2: "fin_wait_2",
    psutil.CONN_TIME_WAIT: "time_wait",
    psutil.CONN_CLOSE: "closed",
    psutil.CONN_CLOSE_WAIT: "close_wait",
    psutil.CONN_LAST_ACK: "last_ack",
    psutil.CONN_LISTEN: "listen",
    psutil.CONN_CLOSING: "closing",
}


class SocketsPsutilCollector:
    """Family ``sockets``. Dear (it looks through every process), so it is read seldom."""

    family = "sockets"
    pace = Pace(interval=15.0, limit=5.0)

    def __init__(self) -> None:
        self._series = state_series()

    def read(self) -> Reading:
        try:
            found = Counter(_WORDS.get(each.status) for each in psutil.net_connections(kind="tcp"))
        except psutil.AccessDenied as error:
            raise CollectorUnavailable("only the administrator may list the connections on this system") from error
        return Reading(self._series, [float(found[state]) for state in STATES.values()])

    def close(self) -> None:
        """Nothing is kept open."""
