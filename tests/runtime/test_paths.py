from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sysmon.runtime.paths import find_paths


def test_one_folder_holds_everything_where_the_user_says_so(tmp_path: Path) -> None:
    paths = find_paths({"SYSMON_HOME": str(tmp_path)})
    for folder in (paths.config, paths.state, paths.data, paths.runtime, paths.settings_file, paths.window_file):
        assert folder.is_relative_to(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_relative_home_does_not_move_with_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({"SYSMON_HOME": "portable"}).config == tmp_path / "portable" / "config"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG")
def test_the_usual_places_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.delenv("SYSMON_HOME", raising=False)
    paths = find_paths()
    assert paths.settings_file == tmp_path / "XDG_CONFIG_HOME" / "sysmon" / "settings.toml"
    assert paths.log_file("agent") == tmp_path / "XDG_STATE_HOME" / "sysmon" / "agent.log"
    assert paths.data == tmp_path / "XDG_DATA_HOME" / "sysmon"
    assert paths.runtime == tmp_path / "XDG_RUNTIME_DIR" / "sysmon"


def test_without_a_session_folder_sockets_lie_with_the_state() -> None:
    paths = find_paths({})
    assert paths.runtime == paths.state / "run"


def test_roles_do_not_share_files() -> None:
    paths = find_paths({"SYSMON_HOME": "/x"})
    names = {paths.log_file("agent"), paths.log_file("desktop"), paths.crash_file("agent"), paths.crash_file("desktop")}
    assert len(names) == 4
