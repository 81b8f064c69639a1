"""What everything hangs on is guarded; everything else is not."""

from __future__ import annotations

import os

import pytest

from sysmon.control.guards import guard
from sysmon.model.action import Target
from sysmon.model.process import ProcessKey


def target(pid: int, name: str, kernel: bool = False) -> Target:
    return Target(ProcessKey(pid, 0.0), name, kernel)


@pytest.mark.parametrize(
    ("who", "part"),
    [
        (target(1, "systemd"), "first process"),
        (target(os.getpid(), "python3"), "sysmon itself"),
        (target(4000, "kworker/0:1", kernel=True), "part of the kernel"),
        (target(4000, "gnome-shell"), "draws your session"),
        (target(4000, "Xorg"), "draws your session"),
    ],
)
def test_guarded_with_the_reason(who: Target, part: str) -> None:
    refusal = guard(who)
    assert refusal is not None
    assert part in refusal


def test_others_are_free() -> None:
    assert guard(target(4000, "firefox")) is None
