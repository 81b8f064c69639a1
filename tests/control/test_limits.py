"""Limits are written to an application's own group and nowhere else."""

from __future__ import annotations

import math
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sysmon.control.limits import Limit, group_of, set_limit
from sysmon.model.action import Target, Trouble
from sysmon.model.process import ProcessKey

MIB = 1 << 20


@pytest.fixture
def target() -> Iterator[Target]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield Target(ProcessKey(child.pid, psutil.Process(child.pid).create_time()), "sleep")
        child.kill()


def placed(target: Target, tmp_path: Path, path: str, *files: str) -> tuple[Path, Path]:
    """Recorded /proc and cgroup trees in which ``target`` is in the group ``path``."""
    proc, root = tmp_path / "proc", tmp_path / "cgroup"
    (proc / str(target.key.pid)).mkdir(parents=True)
    (proc / str(target.key.pid) / "cgroup").write_text(f"0::{path}\n")
    folder = root / path.lstrip("/")
    folder.mkdir(parents=True)
    (folder / "cgroup.procs").write_text(f"{target.key.pid}\n4711\n")
    for name in files:
        (folder / name).write_text("max")
    return proc, root


def test_both_limits_are_written_to_the_applications_own_group(target: Target, tmp_path: Path) -> None:
    proc, root = placed(target, tmp_path, "/user.slice/app-x.scope", "cpu.max", "memory.max")
    outcome = set_limit(target, Limit(cpu=0.5, memory=300 * MIB), proc, root)
    assert outcome.done
    assert outcome.action == "limit CPU to 0.5 and limit memory to 300 MiB"
    folder = root / "user.slice/app-x.scope"
    assert (folder / "cpu.max").read_text() == "50000 100000"
    assert (folder / "memory.max").read_text() == str(300 * MIB)
    assert set_limit(target, Limit(cpu=math.inf, memory=math.inf), proc, root).done
    assert (folder / "cpu.max").read_text().startswith("max 100000")


def test_who_else_is_hit_can_be_asked(target: Target, tmp_path: Path) -> None:
    proc, root = placed(target, tmp_path, "/app.scope")
    group = group_of(target, proc, root)
    assert group is not None
    assert group.members == (target.key.pid, 4711)


@pytest.mark.parametrize("path", ["/", "/user.slice", "/user.slice/user-1000.slice"])
def test_a_group_that_holds_others_is_refused(target: Target, tmp_path: Path, path: str) -> None:
    proc, root = placed(target, tmp_path, path, "cpu.max")
    outcome = set_limit(target, Limit(cpu=1.0), proc, root)
    assert outcome.trouble is Trouble.GUARDED
    assert "would hold for others too" in outcome.reason
    assert (root / path.lstrip("/") / "cpu.max").read_text() == "max"


def test_a_controller_that_is_not_delegated_is_said_and_no_file_is_made(target: Target, tmp_path: Path) -> None:
    proc, root = placed(target, tmp_path, "/app.scope")
    outcome = set_limit(target, Limit(memory=300 * MIB), proc, root)
    assert outcome.trouble is Trouble.UNSUPPORTED
    assert "not delegated" in outcome.reason
    assert not (root / "app.scope" / "memory.max").exists()


def test_no_control_groups(target: Target, tmp_path: Path) -> None:
    assert set_limit(target, Limit(cpu=1.0), tmp_path, tmp_path).trouble is Trouble.UNSUPPORTED


def test_an_ended_process_is_gone(target: Target, tmp_path: Path) -> None:
    earlier = Target(ProcessKey(target.key.pid, target.key.start - 100.0), "sleep")
    assert set_limit(earlier, Limit(cpu=1.0), tmp_path, tmp_path).trouble is Trouble.GONE


def test_init_and_ourselves_are_guarded() -> None:
    me = Target(ProcessKey(os.getpid(), psutil.Process().create_time()), "python3")
    assert set_limit(me, Limit(cpu=1.0)).trouble is Trouble.GUARDED


@pytest.mark.parametrize(
    ("cpu", "memory"), [(0.0, None), (-1.0, None), (math.nan, None), (None, 1000.0), (None, math.nan)]
)
def test_limits_that_make_no_sense_are_errors_of_the_caller(cpu: float | None, memory: float | None) -> None:
    with pytest.raises(ValueError, match="limit is at least"):
        Limit(cpu, memory)
