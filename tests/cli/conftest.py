"""A home of its own for each test of a fleet command, and a shared machine to speak to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.fleet_world import World, world


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("SYSMON_HOME", str(folder))
    return folder


@pytest.fixture
def atlas(tmp_path: Path, home: Path) -> Iterator[World]:
    """A shared machine that this user does not know yet."""
    with world(tmp_path) as here:
        yield here


@pytest.fixture
def paired(atlas: World) -> World:
    """The same, paired with this user's sysmon."""
    from sysmon.cli import main

    invitation = atlas.do(atlas.machine.fleet.invite)
    assert main(["pair", invitation.link]) == 0
    return atlas
