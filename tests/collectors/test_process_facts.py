"""What one process is: every fact, each with its own reason where it cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_facts import (
    MOST_ARGUMENTS,
    FactsReader,
    ask_io_priority,
    group_name,
    parse_arguments,
)
from sysmon.collectors.process_folder import ABSENT, ENDED, KERNEL, open_process
from sysmon.model.process_details import Fact, IoPriority, Owner, ProcessFacts, Section
from tests.collectors.detail_tree import KEY, PID, START, made
from tests.collectors.proc_tree import BOOT, KERNEL_THREAD, stat_line

PRIORITY = IoPriority("best-effort", 4)


def look(root: Path, *, shares: bool = False, error: Exception | None = None) -> ProcessFacts:
    def io_priority(pid: int) -> IoPriority:
        assert pid == PID
        if error is not None:
            raise error
        return PRIORITY

    reader = FactsReader(root, root / "cgroup", BOOT, ContainerNames(root), io_priority)
    with open_process(root, BOOT, KEY) as folder:
        return reader.read(folder, shares=shares)


def test_all_facts_of_a_made_process(tmp_path: Path) -> None:
    made(tmp_path)
    facts = look(tmp_path)
    assert (facts.key, facts.name, facts.state, facts.kernel) == (KEY, "demo", "sleeping", False)
    assert facts.arguments == Section(("demo", "-x"))
    assert (facts.executable, facts.directory, facts.root) == (Fact("/"),) * 3
    assert [each.name for each in facts.parents.items] == ["init"]
    assert facts.children == Section()
    assert facts.owner.value is not None
    assert (facts.owner.value.uid, facts.owner.value.real_uid, facts.owner.value.gid) == (0, 1000, 0)
    assert (facts.nice, facts.threads, facts.io_priority) == (Fact(0), Fact(1), Fact(PRIORITY))
    assert facts.affinity == Fact((0, 1, 3))
    assert [limit.name for limit in facts.limits.items] == ["cpu time", "open files", "nice priority"]
    assert facts.cgroup.value is not None
    assert facts.container == Fact()
    assert len(facts.capabilities.items) == 41
    assert (facts.label, facts.seccomp) == (Fact("unconfined"), Fact("filter"))
    assert facts.memory.missing


def test_memory_is_read_only_where_asked_for(tmp_path: Path) -> None:
    made(tmp_path)
    memory = look(tmp_path, shares=True).memory.value
    assert memory is not None
    assert (memory.pss, memory.swap) == (1000 * 1024, 64 * 1024)


def test_files_that_are_not_there_cost_only_their_facts(tmp_path: Path) -> None:
    made(tmp_path)
    for name in ("status", "limits", "cgroup", "attr/current", "exe", "cmdline"):
        (tmp_path / str(PID) / name).unlink()
    facts = look(tmp_path, shares=True)
    reasons = (facts.owner, facts.affinity, facts.seccomp, facts.executable)
    assert all(each.missing == ABSENT for each in reasons)
    assert (facts.capabilities.missing, facts.limits.missing, facts.arguments.missing) == (ABSENT,) * 3
    assert facts.cgroup.missing
    assert facts.container.missing
    assert facts.label.missing
    assert (facts.directory, facts.nice) == (Fact("/"), Fact(0))
    assert facts.memory.value is not None


def test_files_full_of_nonsense_cost_only_their_facts(tmp_path: Path) -> None:
    made(
        tmp_path,
        dict.fromkeys(("status", "limits", "cgroup", "smaps_rollup", "task/7/children"), b"\xff\x00nonsense\n"),
    )
    facts = look(tmp_path, shares=True)
    assert facts.owner == Fact[Owner](missing=ABSENT)
    assert facts.limits == Section(missing=ABSENT)
    assert facts.memory.missing
    assert facts.children == Section()


def test_names_and_arguments_are_kept_as_they_are(tmp_path: Path) -> None:
    hostile = b"a) R 1\n\x1b]0;x\x07\xe2\x80\xae"[:15]
    made(tmp_path, line=stat_line(PID, hostile, start=START))
    (tmp_path / str(PID) / "cmdline").write_bytes(b"\xff\xfe\0" + b"x" * 4096 + b"\0a\nb\0\x1b[31m\0")
    facts = look(tmp_path)
    assert facts.name == hostile.decode("utf-8", "replace")
    assert facts.arguments.items == ("\ufffd\ufffd", "x" * 4096, "a\nb", "\x1b[31m")


def test_a_thread_of_the_kernel(tmp_path: Path) -> None:
    made(tmp_path, line=stat_line(PID, b"kworker/0:1", flags=KERNEL_THREAD, parent=2, start=START))
    (tmp_path / str(PID) / "cmdline").write_bytes(b"")
    (tmp_path / str(PID) / "exe").unlink()
    facts = look(tmp_path)
    assert facts.kernel
    assert facts.arguments == Section(missing=KERNEL)
    assert facts.executable == Fact(missing=KERNEL)


def test_a_zombie(tmp_path: Path) -> None:
    made(tmp_path, line=stat_line(PID, state=b"Z", start=START))
    (tmp_path / str(PID) / "cmdline").write_bytes(b"")
    (tmp_path / str(PID) / "cwd").unlink()
    facts = look(tmp_path)
    assert facts.state == "zombie"
    assert facts.arguments == Section(missing=ENDED)
    assert facts.directory == Fact(missing=ENDED)


@pytest.mark.parametrize(
    "error", [psutil.AccessDenied(PID), psutil.NoSuchProcess(PID), OSError(22, "Invalid argument")]
)
def test_an_io_priority_that_is_refused_has_a_reason(tmp_path: Path, error: Exception) -> None:
    made(tmp_path)
    found = look(tmp_path, error=error).io_priority
    assert found.value is None
    assert found.missing


def test_the_io_priority_of_this_process() -> None:
    assert ask_io_priority(os.getpid()).io_class in ("none", "realtime", "best-effort", "idle")


def test_very_many_arguments_are_cut_and_counted() -> None:
    found = parse_arguments(b"x\0" * (MOST_ARGUMENTS + 7))
    assert (len(found.items), found.cut) == (MOST_ARGUMENTS, 7)
    assert parse_arguments(b"") == Section()
    assert parse_arguments(b"title set by the program\0\0\0\0") == Section(("title set by the program",))
    assert parse_arguments(b"a\0\0b\0") == Section(("a", "", "b"))


def test_a_group_without_a_name_is_its_number() -> None:
    assert group_name(0) == "root"
    assert group_name(4_000_000_000) == "4000000000"


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=9))
def test_arguments_come_back(words: list[str]) -> None:
    assert parse_arguments("".join(f"{word}\0" for word in words).encode()).items == tuple(words)
