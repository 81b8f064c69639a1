"""``python -m sysmon.runtime.bench.forks RATE``: forks so many processes a second until its standard input ends.

Half of them end at once, where no table ever sees them; the others live for a part of a second or a little
more than one. They end by themselves and nobody waits for them. Knows no monitor. POSIX only.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from typing import Final

LIVES: Final = (0.0, 0.3, 0.0, 1.2)
"""Seconds that the processes live, in turn."""
_LONGEST: Final = 900.0
"""Seconds after which it ends, should nobody end it."""


def fork_on(rate: float, stopped: int) -> int:
    """Fork ``rate`` times a second until descriptor ``stopped`` can be read. Answers how many were forked.

    Deadlines are absolute: what came late is made up for. Raises OSError where no more can be forked.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes them away
    begun, made, wait = time.monotonic(), 0, 0.0
    # Looked at before each: on a machine that cannot fork so many it would be late for ever.
    while not select.select([stopped], [], [], wait)[0] and time.monotonic() - begun < _LONGEST:
        _fork(LIVES[made % len(LIVES)])
        made += 1
        wait = max(0.0, begun + made / rate - time.monotonic())
    return made


def _fork(life: float) -> None:
    if os.fork() == 0:
        if life:
            time.sleep(life)
        os._exit(0)


class Forks:
    """Forks beside us from the start on until `stop`."""

    def __init__(self, rate: float) -> None:
        """Raises OSError where it cannot be started."""
        words = [sys.executable, "-m", "sysmon.runtime.bench.forks", str(rate)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own program

    @property
    def pid(self) -> int:
        """Whose children they are."""
        return self._process.pid

    def stop(self) -> int:
        """End it and answer how many it forked; the last ones live on for a moment. Once only."""
        answer, _ = self._process.communicate(timeout=10.0)
        return int(answer)


def main(rate: float) -> None:
    """Fork until the standard input ends, then print how many."""
    made = fork_on(rate, sys.stdin.fileno())
    print(made)  # noqa: T201  # read by `Forks`


if __name__ == "__main__":
    main(float(sys.argv[1]))
