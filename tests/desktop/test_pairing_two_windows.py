"""Two programs with homes of their own on one screen: paired with each other by keyboard, they show each other."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysmon.model.peer import Sharing
from sysmon.runtime.console import Share
from sysmon.runtime.console_call import NotRunning, call
from sysmon.runtime.settings import Settings
from tests.desktop.conftest import Desktop

pytestmark = pytest.mark.timeout(240)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Place(Desktop):
    """One of the two programs, and its keyboard."""

    def __init__(self, display: str, home: Path, name: str) -> None:
        super().__init__(display, home)
        self.name, self.port = name, free_port()
        self.window = ""

    def begin(self) -> None:
        process = self.start(
            "window",
            "--page",
            "connections",
            "--set",
            f"sharing.name={self.name}",
            "--set",
            f"sharing.port={self.port}",
        )
        found: list[str] = []

        def opened() -> bool:
            found[:] = self.xdotool("search", "--onlyvisible", "--pid", str(process.pid)).split()
            return bool(found) and "first figures" in self.log()

        self.becomes(opened)
        self.window = found[-1]

    def activate(self) -> None:
        self.xdotool("windowactivate", "--sync", self.window)

    def command(self, words: str) -> None:
        """Find something in the palette and do it."""
        self.press("ctrl+k")
        self.type(words)
        self.press("Return")

    def type(self, words: str) -> None:
        self.xdotool("type", "--delay", "25", words)

    def dialog(self) -> None:
        """Wait until the dialog has the keyboard."""
        self.becomes(lambda: self.xdotool("getactivewindow", "getwindowname").startswith("Share this machine"))

    def sharing(self) -> Sharing:
        """How it is shared; not at all while the program does not listen to commands yet."""
        try:
            return call(self.home / "run", Share(None), Sharing)
        except NotRunning:
            return Sharing()

    def sysmon(self, *words: str) -> str:
        answer = subprocess.run(
            [sys.executable, "-m", "sysmon", *words], env=self.environment, capture_output=True, text=True, timeout=60
        )
        return answer.stdout

    def peer(self) -> dict[str, object]:
        """What this program says of the only other one; empty where it knows none."""
        known: list[dict[str, object]] = json.loads(self.sysmon("peers", "--json") or "[]")
        return known[0] if known else {}

    def share(self) -> None:
        """Switch sharing on in the dialog, as a person does it."""
        self.activate()
        self.command("share this")
        self.dialog()
        self.press("space")
        self.becomes(lambda: self.sharing().on)


@pytest.fixture
def two(display: str, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    places = tuple(Place(display, tmp_path / name, name) for name in ("alpha", "beta"))
    yield places[0], places[1]
    for place in places:
        place.close()


def test_they_pair_by_a_code_and_see_each_others_figures(two: tuple[Place, Place]) -> None:
    alpha, beta = two
    for place in two:
        place.begin()
    beta.share()
    beta.press("Escape")
    alpha.share()
    alpha.press("Tab", "space")
    alpha.becomes(lambda: alpha.sharing().invitation is not None)
    invitation = alpha.sharing().invitation
    assert invitation is not None

    beta.activate()
    beta.command("add machine")
    beta.type(f"127.0.0.1:{alpha.port} wrong-words-here")
    beta.press("Return")
    beta.press("ctrl+a")
    beta.type(f"127.0.0.1:{alpha.port} {invitation.code}")
    beta.press("Return")
    for place, other in ((beta, alpha), (alpha, beta)):
        place.becomes(lambda place=place: place.peer().get("state") == "live")
        assert place.peer()["name"] == other.name
    assert alpha.sharing().invitation is None
    assert Settings(alpha.home / "config" / "settings.toml").sharing_on

    for place, other in ((beta, alpha), (alpha, beta)):
        place.becomes(lambda place=place, other=other: has_figures(place.sysmon("snapshot", "--json", other.name)))
        place.activate()
        place.press("Escape")
        place.command(other.name)
        place.becomes(lambda place=place, other=other: f"{other.name} – sysmon" in place.titles())


def has_figures(text: str) -> bool:
    """Whether a snapshot of a machine says how busy its CPUs are."""
    families = json.loads(text)["families"] if text else {}
    series = [one for family in families.values() for one in family["series"]]
    return any(one["metric"] == "system.cpu.time" and one["rate"] is not None for one in series)
