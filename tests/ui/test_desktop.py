"""The start: who is first, and what a start leaves where it cannot go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sysmon.model.errors import SysmonError
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop, single_instance
from sysmon.ui.single_instance import SingleInstance

_PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop
folder = Path(sys.argv[1])
paths = Paths(folder / "config", folder / "state", folder / "data", folder / "run")
modules = set()
def ready(shell):
    modules.update(sys.modules)
    QTimer.singleShot(0, shell.leave)
code = desktop.main(WindowOrder(Settings(paths.settings_file), paths), ready)
print(code, *sorted(modules & {"numpy", "pyqtgraph", "sysmon.ui.palette", "sysmon.ui.dialogs.settings"}))
"""


def paths_in(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


def test_one_life_and_nothing_heavy_is_loaded_for_the_first_picture(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert (answer.stdout, answer.stderr) == ("0\n", "")
    log = (tmp_path / "state" / "desktop.log").read_text("utf-8")
    assert "first picture" in log
    assert log.rstrip().endswith("engine stopped")


@pytest.mark.usefixtures("qapp")
def test_a_first_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SingleInstance.ask, "__defaults__", (200,))
    paths = paths_in(tmp_path)
    first = SingleInstance(None, paths)
    assert first.claim()
    with pytest.raises(SysmonError, match="does not answer"):
        desktop.main(WindowOrder(Settings(), paths))
    first.close()
    assert single_instance.address(paths)[0].parent.is_dir()
