"""An outcome is done exactly where it has no trouble."""

from __future__ import annotations

from sysmon.model.action import Outcome, Target, Trouble
from sysmon.model.process import ProcessKey

TARGET = Target(ProcessKey(7, 1.0), "x")


def test_done_or_trouble() -> None:
    assert Outcome(TARGET, "end").done
    assert not Outcome(TARGET, "end", Trouble.GONE, "it has ended").done
