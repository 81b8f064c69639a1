"""Columns of rows from a made /proc and from real processes: never of another process, and with reasons."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from pathlib import Path

import pytest

from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_columns import ProcessColumns, open_process_columns
from sysmon.collectors.process_columns_linux import LinuxColumns
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns
from tests.collectors.clocks import HandClock
from tests.collectors.detail_tree import KEY, PID, ROLLUP, START, made
from tests.collectors.held_process import boot_time, child, nobody_thread, root_only
from tests.collectors.proc_tree import BOOT, KERNEL_THREAD, stat_line
from tests.collectors.recorded import write_tree
from tests.collectors.trees import DOCKER

MEMORY, GROUP, WAIT = (Column.MEMORY,), (Column.GROUP,), (Column.IO_WAIT,)


def grow(root: Path, kib: int) -> None:
    """Change the PSS of the made process."""
    (root / str(PID) / "smaps_rollup").write_text(ROLLUP.replace("1000 kB", f"{kib} kB"))


def columns(root: Path, clock: HandClock) -> ProcessColumns:
    return ProcessColumns(LinuxColumns(root, BOOT, ContainerNames(root)), clock)


def test_all_columns_of_a_made_process(tmp_path: Path) -> None:
    write_tree(tmp_path, {f"var/lib/docker/containers/{DOCKER}/config.v2.json": json.dumps({"Name": "/web"})})
    made(tmp_path, {"cgroup": f"0::/system.slice/docker-{DOCKER}.scope\n"})
    found = columns(tmp_path, HandClock()).read([KEY], list(Column))[KEY]
    assert found == ExtraColumns(1000 * 1024, 64 * 1024, f"/system.slice/docker-{DOCKER}.scope", "web", 0.41)


def test_names_of_containers_are_looked_up_once_for_all_of_their_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {f"var/lib/docker/containers/{DOCKER}/config.v2.json": json.dumps({"Name": "/web"})})
    made(tmp_path, {"cgroup": f"0::/system.slice/docker-{DOCKER}.scope\n"})
    names, looked = ContainerNames(tmp_path), list[int]()
    refresh = names.refresh
    monkeypatch.setattr(names, "refresh", lambda groups: looked.append(len(groups)) or refresh(groups))
    source = LinuxColumns(tmp_path, BOOT, names)
    assert [source.read(KEY, GROUP, ExtraColumns()).columns.container for _ in range(3)] == ["web"] * 3
    assert looked == [1]


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    made(tmp_path)
    found = columns(tmp_path, HandClock()).read([KEY], GROUP)[KEY]
    assert (found.cgroup, found.container) == ("/", "")
    assert all(math.isnan(value) for value in (found.pss, found.swap, found.io_wait))


def test_answers_are_kept_for_their_age(tmp_path: Path) -> None:
    made(tmp_path)
    clock = HandClock()
    reader = columns(tmp_path, clock)
    reader.read([KEY], MEMORY)
    grow(tmp_path, 3000)
    clock.pass_by(4.9)
    assert reader.read([KEY], MEMORY)[KEY].pss == 1000 * 1024
    reader.read([], MEMORY)  # scrolled away and back
    assert reader.read([KEY], MEMORY)[KEY].pss == 1000 * 1024
    clock.pass_by(0.2)
    assert reader.read([KEY], MEMORY)[KEY].pss == 3000 * 1024


def test_processes_that_are_gone_or_others_are_absent(tmp_path: Path) -> None:
    made(tmp_path)
    clock = HandClock()
    reader = columns(tmp_path, clock)
    thief = ProcessKey(PID, KEY.start + 60.0)
    assert set(reader.read([KEY, thief, ProcessKey(99, 1.0)], MEMORY)) == {KEY}
    shutil.rmtree(tmp_path / str(PID))
    clock.pass_by(60.0)
    assert reader.read([KEY], MEMORY) == {}


def test_a_process_that_dies_while_it_is_read_is_absent() -> None:
    with child("") as (key, process):

        class Killing(LinuxColumns):
            """Ends the process between two of its files."""

            def unknown(self, column: Column) -> str | None:
                process.kill()
                process.wait()
                return super().unknown(column)

        source = Killing(Path("/proc"), boot_time(), ContainerNames())
        assert ProcessColumns(source).read([key], GROUP) == {}


def test_the_boot_time_is_read_where_it_is_not_given(tmp_path: Path) -> None:
    with child("") as (key, _):
        assert open_process_columns().read([key], WAIT).keys() == {key}
    with pytest.raises(CollectorUnavailable, match="booted"):
        open_process_columns(proc=tmp_path)


def test_memory_of_a_real_process() -> None:
    with child("held = bytearray(b'x' * (8 << 20))") as (key, _):
        reader = open_process_columns(boot_time())
        found = reader.read([key], [*MEMORY, *WAIT, *GROUP])[key]
        assert found.pss > 8 << 20
        assert found.swap >= 0.0
        assert found.io_wait >= 0.0 or reader.missing
        assert found.cgroup is not None


def test_threads_of_the_kernel_have_no_memory(tmp_path: Path) -> None:
    made(tmp_path, line=stat_line(PID, flags=KERNEL_THREAD, start=START))
    found = columns(tmp_path, HandClock()).read([KEY], MEMORY)[KEY]
    assert (found.pss, found.swap) == (0.0, 0.0)


def test_waiting_that_the_kernel_does_not_count_is_said(tmp_path: Path) -> None:
    made(tmp_path)
    clock = HandClock()
    reader = columns(tmp_path, clock)
    reader.read([KEY], WAIT)
    assert reader.missing == ()
    clock.pass_by(1.0)
    write_tree(tmp_path, {"sys/kernel/task_delayacct": "0\n"})
    assert math.isnan(reader.read([KEY], WAIT)[KEY].io_wait)
    assert "task_delayacct" in reader.missing[0].reason


@root_only
def test_memory_of_other_users_is_said_to_need_rights() -> None:
    reader = open_process_columns(boot_time())
    with child("") as (key, _), nobody_thread() as nobody:
        found = nobody.submit(reader.read, [key], MEMORY).result()
        assert math.isnan(found[key].pss)
        assert [each.subject for each in reader.missing] == ["PSS and swap of other users' processes"]
        # The reason stays for as long as the answer does.
        nobody.submit(reader.read, [key], MEMORY).result()
        assert reader.missing


@root_only
def test_permissions_that_are_lost_take_the_answers_with_them() -> None:
    with tempfile.TemporaryDirectory() as folder, nobody_thread() as nobody:
        root = Path(folder) / "proc"  # pytest's own folders are closed to nobody
        made(root)
        Path(folder).chmod(0o755)
        clock = HandClock()
        reader = columns(root, clock)
        assert nobody.submit(reader.read, [KEY], MEMORY).result()[KEY].pss == 1000 * 1024
        (root / str(PID) / "stat").chmod(0)  # hidepid=noaccess
        clock.pass_by(60.0)
        assert math.isnan(nobody.submit(reader.read, [KEY], MEMORY).result()[KEY].pss)
