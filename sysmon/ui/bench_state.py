"""``python -m sysmon.ui.bench_state hidden|minimised``: the program as it is while nobody looks.

For `sysmon bench idle`, which measures it from outside. Ends on SIGTERM.
"""

from __future__ import annotations

import logging
import sys

from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop
from sysmon.ui.shell import Shell

log = logging.getLogger(__name__)


def main(state: str) -> int:
    """Open the window, put it into ``state``, stay."""

    def put_away(shell: Shell) -> None:
        if state == "hidden":
            shell.window.hide()
        else:
            shell.window.showMinimized()
        log.info("put away: %s", state)

    paths = find_paths()
    return desktop.main(WindowOrder(Settings(paths.settings_file), paths), put_away)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
