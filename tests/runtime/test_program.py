from __future__ import annotations

import subprocess
import sys

import pytest

from sysmon.runtime.program import own_command


def test_a_child_is_this_program() -> None:
    done = subprocess.run([*own_command(), "--version"], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.startswith("sysmon ")


def test_a_frozen_program_is_its_own_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command() == [sys.executable]
