"""Processes that must not be ended, stopped or starved by a slip: the ones everything hangs on.

Pure: looks at names and numbers only.
"""

from __future__ import annotations

import os
from typing import Final

from sysmon.model.action import Target

COMPOSITORS: Final = frozenset(
    {
        "gnome-shell", "kwin_wayland", "kwin_x11", "Xorg", "Xwayland", "sway", "Hyprland", "weston", "mutter",
        "labwc", "wayfire", "cosmic-comp", "river", "niri", "cinnamon", "xfwm4", "openbox", "marco", "budgie-wm",
        "WindowServer", "loginwindow", "dwm.exe", "csrss.exe", "winlogon.exe",
    }
)  # fmt: skip
"""Names of programs that draw the session; ending one ends all that is open on the screen."""
_NAME_LIMIT: Final = 15
"""The kernel of Linux keeps that many bytes of a name."""
_CUT: Final = frozenset(name[:_NAME_LIMIT] for name in COMPOSITORS)


def guard(target: Target) -> str | None:
    """Why nothing is done to ``target``, or None where it may be."""
    if target.key.pid in (0, 1):
        return f"{target.name} is the first process of the system; without it nothing runs"
    if target.key.pid == os.getpid():
        return "this is sysmon itself; use Quit"
    if target.kernel:
        return f"{target.name} is a part of the kernel; it cannot be ended or changed"
    if target.name in COMPOSITORS or target.name in _CUT:
        return f"{target.name} draws your session; ending it would close every window"
    return None
