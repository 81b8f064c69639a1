from __future__ import annotations

import subprocess
import sys

from sysmon.runtime.collector import THRESHOLDS


def test_what_is_there_is_frozen_and_the_rest_is_looked_at_seldom() -> None:
    # In a process of its own: what is frozen here would stay so for all tests.
    code = (
        "import gc; from sysmon.runtime import collector; collector.settle();"
        "print(gc.get_freeze_count() > 1000, *gc.get_threshold())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.split() == ["True", *map(str, THRESHOLDS)]
