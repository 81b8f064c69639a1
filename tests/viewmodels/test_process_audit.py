"""The log and the lives as rows of harmless text."""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.life import Life
from sysmon.pipeline.process_lives import Forker
from sysmon.viewmodels.format import SPACE
from sysmon.viewmodels.process_audit import audit_view, forkers_view, lives_view


@dataclass(frozen=True)
class Line:
    time: float = 1_700_000_000.0
    who: str = "ada"
    action: str = "end"
    pid: int = 7
    name: str = "x\x1b"
    result: str = "done"
    reason: str = ""


def test_the_log() -> None:
    view = audit_view([Line(), Line(result="not permitted", reason="belongs\nto root")])
    assert view.rows[0][1:5] == ("ada", "end", "x\\x1b (7)", "done")
    assert view.rows[1][5] == "belongs\\x0ato root"
    assert "Nothing was done" in audit_view([]).note


def test_lives_with_every_kind_of_end() -> None:
    lives = [
        Life(5, "a", 1, "init", 100.0, 100.25, 0),
        Life(6, "b", 1, "init", 100.0, 160.0, None, 9),
        Life(7, "", 0, "", None, 160.0, None, 99),
        Life(8, "d", 1, "init", 100.0, None),
        Life(9, "e", 1, "init", 100.0, 101.0),
    ]
    rows = lives_view(lives).rows
    assert [row[6] for row in rows] == ["0", "SIGKILL", "signal 99", "lives", "not told"]
    assert rows[0][5] == f"250{SPACE}ms"
    assert rows[1][5] == f"1{SPACE}min"
    assert rows[2][:4] == ("unknown", "7", "unknown", "before")
    assert "Nothing started" in lives_view([]).note


def test_forkers() -> None:
    assert forkers_view([Forker(7, "make", 1234)]).rows == (("make (7)", "1,234"),)
