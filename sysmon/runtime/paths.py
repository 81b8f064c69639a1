"""Where this program keeps its files.

The system's usual places (XDG, Application Support, AppData), or all of them below the folder
that ``SYSMON_HOME`` names: for a portable copy, and for tests. Creates nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "SYSMON_HOME"
_NAME = "sysmon"


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders of this user. None of them needs to exist."""

    config: Path
    """What the user decides: worth a backup."""
    state: Path
    """What the program remembers: logs, the place of the window."""
    data: Path
    """What it recorded, and keys."""
    runtime: Path
    """Sockets and locks of the running session."""

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def window_file(self) -> Path:
        """Geometry and column widths as the window left them."""
        return self.state / "window.ini"

    def log_file(self, role: str) -> Path:
        """The log of one role ("desktop", "agent"): two programs never rotate the same file."""
        return self.state / f"{role}.log"

    def crash_file(self, role: str) -> Path:
        """Where the last words of a crash of ``role`` go."""
        return self.state / f"{role}-crash.txt"


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """The folders as ``environment`` and the system decide."""
    portable = environment.get(HOME_VARIABLE, "")
    if portable:
        home = Path(portable).expanduser().absolute()
        return Paths(home / "config", home / "state", home / "data", home / "run")
    import platformdirs

    state = platformdirs.user_state_path(_NAME, appauthor=False)
    session = environment.get("XDG_RUNTIME_DIR", "")
    return Paths(
        config=platformdirs.user_config_path(_NAME, appauthor=False),
        state=state,
        data=platformdirs.user_data_path(_NAME, appauthor=False),
        # Without a session folder (cron, containers) one of ours is safer than a guess below /tmp.
        runtime=Path(session) / _NAME if session else state / "run",
    )
