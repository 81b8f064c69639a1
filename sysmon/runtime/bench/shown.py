"""The window on one page among a crowd, on an X server of its own, beside other monitors: what each costs. Linux.

All run at the same time, so that they see the same machine. Knows no bound.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import TreeUsage, tree_usage
from sysmon.runtime.bench.peers import in_terminal, installed_peers
from sysmon.runtime.program import own_command


@dataclass(frozen=True, slots=True)
class Shown:
    """What was measured, round by round."""

    rounds: tuple[dict[str, float], ...]
    """Of each round: percent of one core by ``own``, ``x`` (the X server) and the name of each peer."""
    own: TreeUsage
    """The window at the end."""

    def percent(self, *names: str) -> float:
        """The median over the rounds of what ``names`` took together, in percent of one core."""
        return median(sum(one[name] for name in names) for one in self.rounds)

    def ratio(self, peer: str) -> float | None:
        """The median over the rounds of window and X server by ``peer``; None where it is not there or did nothing."""
        if not all(one.get(peer) for one in self.rounds):
            return None
        return median((one["own"] + one["x"]) / one[peer] for one in self.rounds)


def show(page: str, peers: Sequence[str], settle: float, spans: Sequence[float], size: str) -> Shown:
    """Show ``page`` on a screen of ``size`` beside those of ``peers`` that are installed.

    ``settle``: seconds before the first round; ``spans``: seconds of each round. Raises WindowFailed.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-")))
        server = stack.enter_context(desktop.display(size))
        words = [*own_command(), "window", "--page", page]
        program = stack.enter_context(desktop.window(server, folder / "home", words))
        program.logged(desktop.FIRST_PICTURE)
        pids = {"own": program.pid, "x": server.pid}
        for name, command in installed_peers(folder).items():
            if name in peers:
                pids[name] = stack.enter_context(in_terminal(command, folder))
        time.sleep(settle)
        rounds = tuple(_round(pids, span) for span in spans)
        return Shown(rounds, tree_usage(program.pid))


def _round(pids: dict[str, int], span: float) -> dict[str, float]:
    begun, before = time.monotonic(), _seconds(pids)
    time.sleep(span)
    after, passed = _seconds(pids), time.monotonic() - begun
    return {name: (after[name] - before[name]) / passed * 100.0 for name in pids}


def _seconds(pids: dict[str, int]) -> dict[str, float]:
    return {name: tree_usage(pid).cpu_seconds for name, pid in pids.items()}
