"""Real programs for benchmarks and tests: ``sysmon hub``, ``sysmon agent``, each a process with a home of its own, paired beforehand.

Knows no benchmark.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final

from sysmon.model.errors import SysmonError
from sysmon.model.peer import Peer
from sysmon.runtime.paths import HOME_VARIABLE
from sysmon.runtime.program import own_command
from sysmon.transport.identity import load_or_create
from sysmon.transport.trust import TrustBook

_ENDING: Final = 10.0
"""Seconds that a program may take to end."""
_LOOK: Final = 0.05
_STEP: Final = re.compile(r"(\S+) \(out:\S+\): \S+ to (\w+)")
"""What is logged of a link that changes its state."""


class ProgramFailed(SysmonError):
    """A program did not do what it should."""


class Program:
    """One program: its home from the start, its process from `start` on."""

    def __init__(self, folder: Path, name: str, port: int = 0, *, inside: Sequence[str] = ()) -> None:
        """``port`` of the loopback is where it is reached, 0 for nowhere. ``inside`` are words before the command, such as
        those that lead into a name space."""
        self.name = name
        self.home = folder / name
        self.port = port
        self.identity = load_or_create(self.home / "data")
        self.process: subprocess.Popen[bytes] | None = None
        self._inside = tuple(inside)
        self._role = ""

    @property
    def id(self) -> str:
        return self.identity.id

    def peer(self, *addresses: str, watched: bool = True, hub: bool = False) -> Peer:
        """This program as others know it; where it is reached, unless ``addresses`` say otherwise."""
        reached = addresses or ((f"127.0.0.1:{self.port}",) if self.port else ())
        return Peer(self.id, self.name, self.identity.certificate, reached, watched=watched, hub=hub)

    def know(self, *peers: Peer) -> None:
        """Put ``peers`` into its list. Before it starts."""
        book = TrustBook(self.home / "data", self.identity)
        for peer in peers:
            book.put(peer)

    def start(self, role: str, *arguments: str) -> None:
        """Start ``sysmon ROLE``; it samples four times a second unless ``arguments`` say otherwise."""
        self._role = role
        words = [*self._inside, *own_command(), role, "--interval", "0.25", "--set", f"sharing.name={self.name}"]
        if self.port:
            words += ["--share", "--port", str(self.port), "--set", "sharing.announce=false"]
        self.process = subprocess.Popen(  # noqa: S603  # our own program
            [*words, *arguments],
            env={**os.environ, HOME_VARIABLE: str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def log(self) -> str:
        """What it has logged so far."""
        with contextlib.suppress(FileNotFoundError):
            return (self.home / "state" / f"{self._role}.log").read_text("utf-8", "replace")
        return ""

    def logged(self, text: str, seconds: float = 30.0) -> None:
        """Wait until it has logged ``text``. Raises ProgramFailed where it does not within ``seconds``, or ends."""
        until = time.monotonic() + seconds
        while text not in self.log():
            if time.monotonic() > until or self.process is None or self.process.poll() is not None:
                raise ProgramFailed(f"{self.name} did not say {text!r}:\n{self.log()[-2000:]}")
            time.sleep(_LOOK)

    def connected(self) -> list[str]:
        """The names of the peers to which links stand that it dialled, as it logged them."""
        states: dict[str, str] = {}
        for line in self.log().splitlines():
            found = _STEP.search(line)
            if found is not None:
                states[found[1]] = found[2]
        return [name for name, state in states.items() if state in ("syncing", "live", "stale")]

    def kill(self) -> None:
        """Let it vanish: no last word, as when the power fails."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def end(self) -> int:
        """Ask it to end, and wait; the exit code. Idempotent."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ProgramFailed(f"{self.name} did not end within {_ENDING:g} s") from None


class Programs:
    """Several of them, all ended on the way out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Program] = []

    def make(self, name: str, *, listens: bool = False, inside: Sequence[str] = ()) -> Program:
        """A program called ``name``, that does not run yet."""
        self._made.append(Program(self._folder, name, free_port() if listens else 0, inside=inside))
        return self._made[-1]

    def __enter__(self) -> Programs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for program in self._made:
            if program.process is not None and program.process.poll() is None:
                program.process.terminate()
        for program in self._made:
            with contextlib.suppress(ProgramFailed):
                program.end()


def free_port() -> int:
    """A port of the loopback on which nobody listens now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def introduce(*programs: Program, hubs: Sequence[Program], watcher: Program | None = None) -> None:
    """Pair ``programs`` with all ``hubs``, which may watch them and each other, and ``watcher`` with the hubs, which it watches."""
    for hub in hubs:
        hub.know(*(program.peer() for program in programs))
        hub.know(*(other.peer(hub=True) for other in hubs if other is not hub))
        if watcher is not None:
            hub.know(watcher.peer(watched=False))
            watcher.know(hub.peer(hub=True))
        for program in programs:
            program.know(replace(hub.peer(hub=True), watched=False))
