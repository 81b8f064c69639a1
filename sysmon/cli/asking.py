"""Ask the person at the terminal before something that cannot be taken back."""

from __future__ import annotations

import sys

from sysmon.model.errors import SysmonError


def confirmed(question: str, otherwise: str = "add --yes to do it") -> bool:
    """Whether the user said yes. Raises SysmonError where nobody can be asked; ``otherwise`` says what to do then."""
    if not sys.stdin.isatty():
        raise SysmonError(f"there is nobody to ask; {otherwise}")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
