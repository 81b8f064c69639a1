"""The few words of a time axis: what stands at its ends."""

from __future__ import annotations

from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import TimeScope


def ends(scope: TimeScope) -> tuple[str, str]:
    """The words under the left and the right end of a plot of ``scope``: "5 min ago", "now", or clock times."""
    if scope.live:
        return f"{fmt.duration(scope.end - scope.start)} ago", "now"
    return fmt.clock(scope.start), fmt.clock(scope.end)
