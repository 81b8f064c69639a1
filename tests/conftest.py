"""What holds for every test: no screen is needed, and nothing of the user's own is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Tests count things; how long one takes is a matter of the machine and of who else uses it.
settings.register_profile("sysmon", deadline=None)
settings.load_profile("sysmon")

# Before the first import of Qt. A test that needs a real X server starts one in a process of its own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, state and cache of this test lie in a folder of its own."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        folder = home / variable.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("SYSMON_HOME", str(home / "sysmon"))
    return home
