"""How many links are live, in two words for the side bar. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport

_QUIET = (LinkState.LIVE, LinkState.SYNCING, LinkState.DISABLED)
"""States that are as the user wants them."""


def connections_note(links: Sequence[LinkReport]) -> tuple[str, str]:
    """ "5 live", and the token of its dot: a warning where a link is neither live nor switched off."""
    live = sum(link.state in (LinkState.LIVE, LinkState.SYNCING) for link in links)
    if not links:
        return "", "offline"
    return f"{live:,} live", "ok" if all(link.state in _QUIET for link in links) else "warning"
