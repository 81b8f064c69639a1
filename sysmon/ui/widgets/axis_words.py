"""The few words of a time axis: what stands at its ends, and the clock time of a moment."""

from __future__ import annotations

from datetime import datetime

from sysmon.viewmodels.plot import TimeScope

_STEPS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def ago(seconds: float) -> str:
    """``300`` is "5 min ago"; whole steps only, since the span of a plot is one."""
    for length, unit in _STEPS:
        if seconds >= length:
            return f"{round(seconds / length)} {unit} ago"
    return "now"


def clock(time: float) -> str:
    """The local clock time of ``time``, seconds since 1970."""
    return datetime.fromtimestamp(time).astimezone().strftime("%H:%M:%S")


def ends(scope: TimeScope) -> tuple[str, str]:
    """The words under the left and the right end of a plot of ``scope``."""
    if scope.live:
        return ago(scope.end - scope.start), "now"
    return clock(scope.start), clock(scope.end)
