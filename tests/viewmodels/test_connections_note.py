from __future__ import annotations

import pytest

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.viewmodels.connections_note import connections_note

LIVE, OFF, WAIT = LinkState.LIVE, LinkState.DISABLED, LinkState.BACKOFF


@pytest.mark.parametrize(
    ("states", "note", "hue"),
    [
        ((), "", "offline"),
        ((LIVE, LIVE, LinkState.SYNCING), "3 live", "ok"),
        ((LIVE, OFF), "1 live", "ok"),
        ((LIVE, WAIT), "1 live", "warning"),
        ((OFF,), "0 live", "ok"),
    ],
)
def test_note(states: tuple[LinkState, ...], note: str, hue: str) -> None:
    links = [LinkReport(f"l{at}", "p", "vega", True, state, 0.0) for at, state in enumerate(states)]
    assert connections_note(links) == (note, hue)
