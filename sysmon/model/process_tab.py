"""The parts of one process that are read apart, and the answer to asking for one. Values only."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sysmon.model.process import ProcessKey

if TYPE_CHECKING:
    # Two dozen classes that nobody needs before a process is opened.
    from sysmon.model.process_details import (
        Fact,
        FileFacts,
        MapsSummary,
        ProcessFacts,
        Section,
        SignalFacts,
        SocketFacts,
        ThreadFacts,
    )


class Tab(enum.Enum):
    """One tab of the detail panel. The value is the word on it."""

    FACTS = "Facts"
    THREADS = "Threads"
    FILES = "Files"
    SOCKETS = "Sockets"
    ENVIRONMENT = "Environment"
    MEMORY = "Memory"
    SIGNALS = "Signals"


Details: TypeAlias = "ProcessFacts | Section[ThreadFacts] | Section[FileFacts] | Section[SocketFacts] | Section[tuple[str, str]] | Fact[MapsSummary] | Fact[SignalFacts]"
"""What a tab holds, in the order of `Tab`."""


@dataclass(frozen=True, slots=True)
class TabAnswer:
    """What came of reading ``tab`` of ``key``. Exactly one of ``details`` and ``missing`` is None."""

    key: ProcessKey
    tab: Tab
    time: float
    """Steady time of the reading in seconds, for rates between two answers."""
    details: Details | None = None
    missing: str | None = None
    """Why nothing could be read; completes the sentence "unavailable, because …"."""
    gone: bool = False
    """Whether the process is no more."""
