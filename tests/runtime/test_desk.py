"""Both desks are desks: the type checker holds their signatures, this that nothing is missing at run time."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from sysmon.runtime.audit import AuditLog
from sysmon.runtime.desk import Desk
from sysmon.runtime.process_desk import ProcessDesk
from sysmon.runtime.remote_desk import RemoteDesk
from tests.runtime.test_process_desk import MadeReader


async def nobody(_: object) -> object:
    raise AssertionError


def desks(folder: Path) -> list[Desk]:
    return [
        ProcessDesk(AuditLog(folder), MadeReader),
        RemoteDesk(nobody, lambda: "atlas", lambda: ""),  # pyright: ignore[reportArgumentType] - is never asked
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_a_desk_has_it_all(tmp_path: Path, which: int) -> None:
    desk = desks(tmp_path)[which]
    for name, wanted in inspect.getmembers(Desk, inspect.isfunction):
        if not name.startswith("_"):
            found = getattr(desk, name)
            assert inspect.iscoroutinefunction(found) == inspect.iscoroutinefunction(wanted), name
    assert (desk.refusal, desk.refusal_to_act) == ("", "")
    assert "audit" in desk.audit_place
