"""What set-up asks of the system: installed where it may, else one line that says exactly what to run.

`apt-get` and `sudo` are small programs of the test, alone on the PATH; they write down how they were called.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from system_packages import LIBRARIES, PROGRAMS, administrator, loads, missing_packages, provide

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring all that Qt needs")

LACKING = {"libxcb-cursor.so.0": "libxcb-cursor0", "gcc": "gcc libc6-dev"}


class Machine:
    """A machine of which only the PATH is made up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        self.program("env", 'while case "$1" in *=*) true;; *) false;; esac; do shift; done; exec "$@"')

    def program(self, name: str, body: str = "exit 0") -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\n[ {name} = env ] || echo "{name} $*" >>"{self.calls}"\n{body}\n', encoding="utf-8")
        path.chmod(0o755)

    def called(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Machine(tmp_path)


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.mark.usefixtures("root")
def test_root_installs(machine: Machine) -> None:
    machine.program("apt-get")
    assert provide(LACKING) is None
    (call,) = machine.called()
    assert call.startswith("apt-get install --quiet --yes ")
    assert call.endswith(" --no-install-recommends gcc libc6-dev libxcb-cursor0")


@pytest.mark.usefixtures("root")
def test_lists_are_fetched_where_the_first_try_fails(machine: Machine) -> None:
    machine.program("apt-get", f'[ "$1" = update ] && : >{machine.folder}/lists; [ -e {machine.folder}/lists ]')
    assert provide(LACKING) is None
    assert [call.split()[1] for call in machine.called()] == ["install", "update", "install"]


@pytest.mark.usefixtures("root")
def test_a_lasting_failure_says_why_and_what_to_run(machine: Machine) -> None:
    machine.program("apt-get", "echo 'E: Unable to locate package gcc' >&2; exit 100")
    said = provide(LACKING)
    assert said is not None
    assert "Unable to locate package gcc" in said
    assert "sudo apt-get install --yes gcc libc6-dev libxcb-cursor0" in said
    assert "\n" not in said


@pytest.mark.usefixtures("user")
def test_a_user_with_sudo_that_asks_nothing_installs(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("sudo", 'shift; exec "$@"')
    machine.program("true")
    assert provide(LACKING) is None
    assert any(call.startswith("apt-get install") for call in machine.called())


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("sudo", [None, "exit 1"], ids=["no sudo", "sudo wants a password"])
def test_a_user_without_rights_gets_one_line(machine: Machine, sudo: str | None) -> None:
    machine.program("apt-get")
    if sudo:
        machine.program("sudo", sudo)
    assert administrator() is None
    said = provide(LACKING)
    assert said == "system packages are missing, please run: sudo apt-get install --yes gcc libc6-dev libxcb-cursor0"
    assert not any(call.startswith("apt-get") for call in machine.called())


@pytest.mark.usefixtures("root", "machine")
def test_without_apt_the_libraries_are_named() -> None:
    said = provide(LACKING)
    assert said is not None
    assert "gcc, libxcb-cursor.so.0" in said


def test_what_is_there_is_seen_and_what_is_not_is_not() -> None:
    assert loads("libc.so.6")
    assert not loads("libno-such-thing.so.9")


@pytest.mark.usefixtures("machine")
def test_programs_are_missing_on_an_empty_path() -> None:
    assert {"Xvfb", "xdotool"} <= missing_packages("test").keys()
    assert "Xvfb" not in missing_packages("run")
    assert "gcc" in missing_packages("bench")


def test_packages_have_plausible_names() -> None:
    names = [
        word for table in (LIBRARIES, *PROGRAMS.values()) for packages in table.values() for word in packages.split()
    ]
    assert all(name == name.lower() and name.isascii() for name in names)
