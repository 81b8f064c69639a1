"""The same user at another machine: all that `process_scene` does, to a process that an agent tells of over a real link.

Agent and window have homes of their own and are paired; the agent grants every right. Started by the test beside it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.runtime.assembly import add_fleet, fleet_options
from sysmon.runtime.engine import Engine
from sysmon.runtime.options import Values
from sysmon.runtime.paths import find_paths
from sysmon.transport.identity import load_or_create
from sysmon.transport.trust import TrustBook
from sysmon.ui.process_door import ProcessDoor
from tests.desktop.process_scene import Scene

NAME = "atlas"


class RemoteScene(Scene):
    """The window shows the machine of the agent."""

    def __init__(self, folder: Path) -> None:
        home = folder / "there"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        ours, theirs = find_paths().data, find_paths({"SYSMON_HOME": str(home)}).data
        here, there = load_or_create(ours), load_or_create(theirs)
        self.id = there.id
        TrustBook(ours, here).put(Peer(there.id, NAME, there.certificate, (f"127.0.0.1:{port}",)))
        TrustBook(theirs, there).put(Peer(here.id, "desk", here.certificate, (), Rights(True, True, True, True, True)))
        command = [sys.executable, "-m", "sysmon", "agent", "--share", "--port", port, "--name", NAME]
        command += ["--set", "sharing.announce=false"]
        self.agent = subprocess.Popen(command, env={**os.environ, "SYSMON_HOME": str(home)})
        super().__init__(folder)

    def make_engine(self) -> Engine:
        engine = super().make_engine()
        self.fleet = add_fleet(engine, fleet_options(Values()), find_paths(), lambda _: None)
        return engine

    def make_door(self, engine: Engine) -> ProcessDoor:
        return ProcessDoor(engine.desk, self.fleet.desk)

    def close(self) -> None:
        super().close()
        self.agent.send_signal(signal.SIGTERM)
        assert self.agent.wait(20) == 0

    def play(self) -> None:
        query = self.engine.engine.query
        self.until("figures of the machine come", lambda: query.catalog(self.id) is not None, 60.0)
        self.window.show_machine(self.id)
        super().play()

    def check_log(self, lines: list[tuple[str, str, str, str]]) -> None:
        done = [(action, result) for _, action, _, result in lines if not action.startswith(("look", "search"))]
        assert done == [("end", "done"), ("continue", "done"), ("stop", "done"), ("set nice to 5", "done")], lines
        assert ("look at files", "done") in [(action, result) for _, action, _, result in lines]
        assert "search port:" in " ".join(action for _, action, _, _ in lines), lines
        assert all(who.startswith("peer desk (") for who, *_ in lines), lines


def main() -> int:
    scene = RemoteScene(Path(os.environ["SYSMON_HOME"]))
    try:
        scene.play()
    finally:
        scene.close()
    sys.stdout.write("all done\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
