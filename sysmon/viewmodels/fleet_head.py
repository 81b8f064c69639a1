"""The head over all machines: how many there are in each state. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.head import HeadView
from sysmon.viewmodels.readings import joined

LIVE_STATES = (MachineState.LIVE, MachineState.ALERT)
"""States in which figures come in."""


def counts(machines: Sequence[Machine]) -> str:
    """ "5 live · 1 reconnecting · 1 offline · 1 alert"; states that no machine is in are left out, but for live."""
    states = [machine.state for machine in machines]
    live = sum(states.count(state) for state in LIVE_STATES)
    silent = [
        f"{found} {state.value}"
        for state in (MachineState.RECONNECTING, MachineState.OFFLINE)
        if (found := states.count(state))
    ]
    alerts = states.count(MachineState.ALERT)
    return joined(f"{live:,} live", *silent, fmt.counted(alerts, "alert", "alerts") if alerts else "")


def fleet_head(title: str, machines: Sequence[Machine]) -> HeadView:
    """The head of a place above machines. Under the pointer: the names of those that do not answer."""
    silent = [f"{machine.name}: {machine.state.value}" for machine in machines if machine.state not in LIVE_STATES]
    more = [f"and {len(silent) - _NAMED:,} more"] if len(silent) > _NAMED else []
    return HeadView(title, counts(machines), "\n".join([*silent[:_NAMED], *more]))


_NAMED = 12
"""Machines that the tool tip names."""


def newest_of_all(query: Query) -> float:
    """Where the time axis of all machines ends: at the newest sample of this machine, in seconds since 1970.

    Not at the newest of any: one machine whose clock is ahead must not move the axis of all. Without samples of this
    machine it is the newest of the others; NaN where there is none.
    """
    here = query.newest(LOCAL)
    if here == here:
        return here
    known = [newest for host in query.hosts() if (newest := query.newest(host)) == newest]
    return max(known, default=here)
