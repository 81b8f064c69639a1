"""The list of pairings, refusals, revocations and actions of other machines, as rows of text. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sysmon.model.printable import printable
from sysmon.viewmodels.process_tabs import TabColumn, TabView

COLUMNS: Final = (TabColumn("Newest first", 1.0),)


def audit_view(lines: Sequence[str]) -> TabView:
    """``lines``, newest first. They hold names that other machines chose: every one is made harmless."""
    rows = tuple((printable(line),) for line in lines)
    return TabView(COLUMNS, rows, "" if rows else "No machine was paired, refused or revoked yet.")
