"""Parents and children: real ones, very many, hidden ones, and kernels without a list of children."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_family import MOST_CHILDREN, parse_children, read_children, read_parents
from sysmon.collectors.process_folder import HIDDEN, open_process
from sysmon.model.process_details import Relative, Section
from tests.collectors.detail_tree import KEY, PID, made
from tests.collectors.held_process import boot_time, child, key_of, nobody_thread, root_only
from tests.collectors.proc_tree import BOOT, stat_line

PROC = Path("/proc")
PARENT = """
import subprocess, sys, threading
held = []
start = lambda: held.append(subprocess.Popen(["sleep", "60"]))
start()
thread = threading.Thread(target=start)
thread.start()
thread.join()
"""


def children(root: Path) -> Section[Relative]:
    with open_process(root, BOOT, KEY) as folder:
        return read_children(folder, root, BOOT)


def put(root: Path, pid: int, line: bytes) -> None:
    (root / str(pid)).mkdir()
    (root / str(pid) / "stat").write_bytes(line)


def test_a_real_family() -> None:
    with child(PARENT) as (key, process), open_process(PROC, boot_time(), key) as folder:
        found = read_children(folder, PROC, boot_time())
        parents = read_parents(PROC, boot_time(), folder.stat.parent)
        try:
            assert parents.items[0].key == key_of(os.getpid())
            assert parents.items[-1].key.pid == 1 or parents.missing
            assert parents.missing is None
            assert len(found.items) == 2
            assert all(each.key == key_of(each.key.pid) for each in found.items)
        finally:
            for each in found.items:
                os.kill(each.key.pid, 9)
            process.kill()


def test_a_child_that_ended_meanwhile_is_left_out(tmp_path: Path) -> None:
    made(tmp_path, {f"task/{PID}/children": "20 21 22 "})
    put(tmp_path, 20, stat_line(20, b"one", parent=PID, start=2000))
    put(tmp_path, 22, b"")
    assert [(each.key.pid, each.key.start, each.name) for each in children(tmp_path).items] == [
        (20, BOOT + 20.0, "one")
    ]


def test_very_many_children_are_cut_and_counted(tmp_path: Path) -> None:
    made(tmp_path, {f"task/{PID}/children": " ".join(map(str, range(100, 100 + MOST_CHILDREN + 50)))})
    assert children(tmp_path).cut == 50


def test_a_kernel_without_a_list_of_children(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / str(PID) / "task" / str(PID) / "children").unlink()
    put(tmp_path, 20, stat_line(20, b"mine", parent=PID))
    put(tmp_path, 21, stat_line(21, b"not mine", parent=1))
    assert [each.name for each in children(tmp_path).items] == ["mine"]


def test_parents_up_to_the_first_process(tmp_path: Path) -> None:
    made(tmp_path)
    put(tmp_path, 5, stat_line(5, b"sh) \n", parent=1, start=700))
    found = read_parents(tmp_path, BOOT, 5)
    assert [(each.key.pid, each.name) for each in found.items] == [(5, "sh) \n"), (1, "init")]
    assert found.missing is None
    assert read_parents(tmp_path, BOOT, 0) == Section()


def test_a_parent_that_ended_and_a_circle(tmp_path: Path) -> None:
    made(tmp_path)
    put(tmp_path, 5, stat_line(5, parent=6))
    gone = read_parents(tmp_path, BOOT, 5)
    assert len(gone.items) == 1
    assert gone.missing is not None
    assert "6" in gone.missing
    put(tmp_path, 6, stat_line(6, parent=5))
    circle = read_parents(tmp_path, BOOT, 5)
    assert len(circle.items) == 64
    assert circle.missing


@root_only
def test_a_hidden_parent() -> None:
    with tempfile.TemporaryDirectory() as folder, nobody_thread() as nobody:
        root = Path(folder) / "proc"  # pytest's own folders are closed to nobody
        made(root)
        Path(folder).chmod(0o755)
        (root / "1" / "stat").chmod(0)
        assert nobody.submit(read_parents, root, BOOT, 1).result() == Section(missing=HIDDEN)


@given(st.binary(max_size=80))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert all(pid >= 0 for pid in parse_children(data))
