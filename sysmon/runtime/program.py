"""How this program starts itself again as a child: from source, installed, or frozen."""

from __future__ import annotations

import sys


def own_command() -> list[str]:
    """The words that start ``sysmon`` as it runs now; arguments go behind them."""
    if getattr(sys, "frozen", False):  # set by PyInstaller: the executable is sysmon itself
        return [sys.executable]
    return [sys.executable, "-m", "sysmon"]
