"""What a page shows and how it writes it: one machine of one store, in the user's units.

Handed by the window to its pages, which hand it to their view-models. Knows no screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.pipeline.query import Query
from sysmon.viewmodels.format import Units


@dataclass(frozen=True, slots=True)
class Source:
    """One machine. Replaced as a whole when the user picks another machine or other units."""

    query: Query
    host: str
    units: Units
    host_name: str = ""
    """How the host is called on the screen."""
