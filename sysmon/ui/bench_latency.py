"""``python -m sysmon.ui.bench_latency HOST SECONDS``: how old figures of another machine are when they are kept, and when they are painted.

For `sysmon bench latency`: both machines are on one clock. Prints ``{"store_ms": […], "own_ms": […], "pixel_ms": […]}`` and ends.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QObject, QTimer, Slot

from sysmon.model.host import LOCAL
from sysmon.model.sample import SampleBatch
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop
from sysmon.ui.shell import Shell

_SETTLE_MS = 8000


class Watch(QObject):
    """Notes the age of each batch when it is kept, and when the picture with it has been painted."""

    def __init__(self, shell: Shell, host: str) -> None:
        super().__init__(shell)
        self.ages: dict[str, list[float]] = {"store_ms": [], "own_ms": [], "pixel_ms": []}
        self._shell = shell
        self._host = host
        self._query = shell.engine.query
        self._painted = 0.0
        self._counts = False
        shell.window.painted.connect(self._paint)
        shell.engine.bus.subscribe(SampleBatch, self._kept)

    @Slot()
    def begin(self) -> None:
        """Count from now on."""
        self._painted = self._query.newest(self._host)
        self._counts = True

    def _kept(self, batch: SampleBatch) -> None:
        """On the engine's thread, after the store has it."""
        if self._counts:
            name = "own_ms" if batch.host == LOCAL else "store_ms"
            self.ages[name].append((time.time() - batch.time) * 1e3)

    @Slot()
    def _paint(self) -> None:
        newest = self._query.newest(self._host)
        if self._counts and newest > self._painted:
            self._painted = newest
            self.ages["pixel_ms"].append((time.time() - newest) * 1e3)


def main(host: str, seconds: float) -> int:
    """Run the window on ``host`` (its id) for ``seconds`` after it has settled."""
    watches: list[Watch] = []

    def ready(shell: Shell) -> None:
        watch = Watch(shell, host)
        watches.append(watch)
        QTimer.singleShot(_SETTLE_MS // 2, lambda: shell.show_host(host))
        QTimer.singleShot(_SETTLE_MS, watch.begin)
        QTimer.singleShot(_SETTLE_MS + round(seconds * 1000), shell.leave)

    paths = find_paths()
    ages: dict[str, list[float]] = {}
    code = desktop.main(WindowOrder(Settings(paths.settings_file), paths), ready)
    for watch in watches:
        ages = watch.ages
    print(json.dumps(ages))  # noqa: T201  # read by the bench
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
