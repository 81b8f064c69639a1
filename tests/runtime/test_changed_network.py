"""Real programs in two network name spaces: the agent gets another address, its cable is pulled and put in again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sysmon.runtime.bench.programs import Program, Programs

AGENT, WATCHER = f"sysmon-a{os.getpid()}", f"sysmon-w{os.getpid()}"
LIMIT = 30.0
AT_ONCE = 10.0
"""Seconds in which a link must be mended: two to notice, the rest for a machine that is busy with other tests."""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def spaces() -> Iterator[None]:
    """Two name spaces that are joined by a cable."""
    try:
        try:
            ip("netns", "add", AGENT)
            ip("netns", "add", WATCHER)
            ip("link", "add", "near", "netns", AGENT, "type", "veth", "peer", "name", "far", "netns", WATCHER)
            for space, end, address in ((AGENT, "near", "10.99.0.1/24"), (WATCHER, "far", "10.99.0.2/24")):
                ip("-n", space, "addr", "add", address, "dev", end)
                ip("-n", space, "link", "set", end, "up")
                ip("-n", space, "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"network name spaces cannot be made here: {error}")
        yield
    finally:
        for space in (AGENT, WATCHER):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


class Elsewhere:
    """The watcher, in its name space."""

    def __init__(self, folder: Path, host: str) -> None:
        self._process = subprocess.Popen(
            [
                "ip",
                "netns",
                "exec",
                WATCHER,
                sys.executable,
                "-m",
                "tests.runtime.watcher_process",
                folder,
                "desk",
                host,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.most_missing = 0
        """Rows, since it was set."""

    def look(self) -> dict[str, object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, object] = json.loads(self._process.stdout.readline())
        self.most_missing = max(self.most_missing, int(str(found["missing"])))
        return found

    def until(self, holds: Callable[[dict[str, object]], bool], what: str) -> float:
        """Seconds until what it says holds."""
        begun = time.monotonic()
        while not holds(found := self.look()):
            assert time.monotonic() - begun < LIMIT, f"did not come about: {what}; last {found}"
        return time.monotonic() - begun

    def end(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            return self._process.wait(10.0)
        finally:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()


def whole(found: dict[str, object]) -> bool:
    """Figures come, and none is missing."""
    age = found["age"]
    return found["state"] == "live" and isinstance(age, float) and age < 1.0 and found["missing"] == 0


def test_another_address_and_a_pulled_cable_are_mended_at_once_and_filled(spaces: None, tmp_path: Path) -> None:
    with Programs(tmp_path) as programs:
        agent = programs.make("atlas", inside=("ip", "netns", "exec", AGENT))
        desk = Program(tmp_path, "desk")
        agent.know(desk.peer(watched=False))
        desk.know(agent.peer("10.99.0.1:4870"))
        agent.start("agent", "--share", "--set", "sharing.addresses=0.0.0.0")
        agent.logged("is shared on")
        watcher = Elsewhere(tmp_path, agent.id)
        try:
            watcher.until(whole, "the first figures")
            before = watcher.look()

            ip("-n", AGENT, "addr", "del", "10.99.0.1/24", "dev", "near")
            ip("-n", AGENT, "addr", "add", "10.99.0.7/24", "dev", "near")
            took = watcher.until(lambda found: found["address"] == "10.99.0.7:4870" and whole(found), "the new address")
            assert took < AT_ONCE
            assert watcher.most_missing > 0, "the gap was told as one before it was filled"

            watcher.most_missing = 0
            ip("-n", AGENT, "link", "set", "near", "down")
            watcher.until(lambda found: found["state"] == "backoff", "the loss")
            ip("-n", AGENT, "link", "set", "near", "up")
            took = watcher.until(whole, "figures after the cable was put in again")
            assert took < AT_ONCE
            assert watcher.most_missing > 8, "two seconds and more were missing"

            def as_before(found: dict[str, object]) -> bool:
                return all(found[word] == before[word] for word in ("tasks", "descriptors"))

            watcher.until(as_before, "that nothing is left of looking for it")
        finally:
            assert watcher.end() == 0
        assert agent.end() == 0
        assert " ERROR " not in agent.log()
