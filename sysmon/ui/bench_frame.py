"""``python -m sysmon.ui.bench_frame SECONDS``: how late a 60 Hz timer of the window's thread is while everything runs.

For `sysmon bench frame`. Prints ``{"p99_ms", "max_ms", "count"}`` and ends.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop
from sysmon.ui.shell import Shell

PERIOD_MS = 16
_SETTLE_MS = 5000


class Metronome(QObject):
    """Notes for every beat how late it came after the one before, in milliseconds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.late: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = perf_counter()
        self._timer.start(PERIOD_MS)

    def _beat(self) -> None:
        now = perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1e3 - PERIOD_MS))
        self._last = now


def main(seconds: float) -> int:
    """Run the window for ``seconds`` after it has settled."""
    beats: list[float] = []

    def begin(shell: Shell) -> None:
        metronome = Metronome(shell)
        metronome.late = beats
        QTimer.singleShot(_SETTLE_MS, metronome.start)
        QTimer.singleShot(_SETTLE_MS + round(seconds * 1000), shell.leave)

    paths = find_paths()
    code = desktop.main(WindowOrder(Settings(paths.settings_file), paths), begin)
    beats.sort()
    if beats:
        p99 = beats[min(len(beats) - 1, round(len(beats) * 0.99))]
        print(json.dumps({"p99_ms": p99, "max_ms": beats[-1], "count": len(beats)}))  # noqa: T201  # read by the bench
    return code


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
