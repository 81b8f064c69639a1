from __future__ import annotations

from pathlib import Path

from sysmon.runtime.launch import ScreenshotOrder, WindowOrder
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings


def test_what_is_not_ordered_has_sensible_values(tmp_path: Path) -> None:
    window = WindowOrder(Settings(), find_paths({"SYSMON_HOME": str(tmp_path)}))
    assert (window.host, window.demo) == (None, False)
    picture = ScreenshotOrder(Settings(), tmp_path / "x.png")
    assert (picture.width, picture.height, picture.host, picture.demo) == (1440, 900, None, False)
