"""A machine as a person knows it: name, facts, and whether it can be reached.

A value; whoever learns something new about a machine publishes a new one. Knows no link and no screen.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sysmon.model.host import HostFacts


class MachineState(enum.Enum):
    """Whether figures of a machine come in. The value is the word for the user."""

    LIVE = "live"
    ALERT = "alert"
    """Live, and an alert of it is firing."""
    RECONNECTING = "reconnecting"
    OFFLINE = "offline"


DEMO_LABEL = "Demo data"
"""What the screen says wherever machines are simulated."""

NO_FACTS = HostFacts()
"""Of a machine that has told nothing about itself yet."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine. ``host`` is its id, as in batches."""

    host: str
    name: str
    facts: HostFacts = NO_FACTS
    state: MachineState = MachineState.LIVE
    note: str = ""
    """Its role and its link in a few words: "This machine", "db-primary · 12 ms", "edge-02 · offline 3 h"."""
