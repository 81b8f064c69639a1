from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sysmon.runtime.bench import processes
from sysmon.runtime.bench.crowd import crowd, processes_now

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_without_a_compiler_ratios_are_unknown_and_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleep = shutil.which("sleep")
    assert sleep is not None
    (tmp_path / "sleep").symlink_to(sleep)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, value in (("CROWD", 8), ("_SWEEPS", 2), ("_PACED_SWEEPS", 1), ("_ROUNDS", 1), ("_PACE", 0.0)):
        monkeypatch.setattr(processes, name, value)
    results = {result.metric: result for result in processes.run()}
    assert results["processes"].value is not None
    assert results["processes"].value >= 8
    assert results["ms_per_sweep"].value is not None
    for ratio in ("ratio_to_c", "ratio_to_kept_c"):
        assert results[ratio].ok is None
        assert "compiler" in results[ratio].note


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_the_c_program_sees_the_same_processes() -> None:
    with processes._floor() as floor:
        assert floor is not None
        with crowd(20, (str(floor), "rest", "4", "60")) as pids:
            there = [processes_now()]
            for way in ("open", "kept"):
                answer = subprocess.run([str(floor), way, "3", "0"], capture_output=True, check=True)
                milliseconds, count = answer.stdout.split()
                there.append(processes_now())
                assert float(milliseconds) > 0.0
                # Others begin and end meanwhile.
                assert min(there) - 20 <= int(count) <= max(there) + 20
            assert all(psutil.Process(pid).num_threads() == 4 for pid in pids)
        assert subprocess.run([str(floor)], check=False).returncode == 2
        assert subprocess.run([str(floor), "open", "0", "0"], check=False).returncode == 2
    assert not floor.exists()


def test_elsewhere_everything_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert all(result.value is None and result.ok is None and result.note for result in processes.run())
