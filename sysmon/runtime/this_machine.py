"""What this machine is called and made of, as the machine that the window shows first.

Knows no engine and no screen.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from sysmon.model.host import LOCAL, HostFacts
from sysmon.model.machine import Machine

NOTE = "This machine"


def this_machine() -> Machine:
    """This machine, live. Reads a few small files; never fails."""
    facts = _facts()
    return Machine(LOCAL, facts.hostname or platform.node() or NOTE, facts, note=NOTE)


def _facts() -> HostFacts:
    if sys.platform == "linux":
        from sysmon.collectors.host_info import host_facts

        return host_facts(Path("/proc"), Path("/sys"))
    from sysmon.collectors.host_info_psutil import host_facts_portable

    return host_facts_portable()
