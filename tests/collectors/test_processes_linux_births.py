from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sysmon.collectors.processes_linux_births import Births
from sysmon.collectors.processes_linux_files import KeptDescriptors


def _tree(root: Path, pid: int) -> None:
    (root / "self").symlink_to(str(pid))
    (root / "loadavg").write_bytes(b"0.1 0.2 0.3 1/99 500\n")


def test_no_birth_where_the_last_pid_stays(tmp_path: Path) -> None:
    _tree(tmp_path, os.getpid())
    births = Births(str(tmp_path), KeptDescriptors())
    assert [births.possible() for _ in range(4)] == [True, True, False, False]


def test_looks_twice_after_a_birth(tmp_path: Path) -> None:
    _tree(tmp_path, os.getpid())
    births = Births(str(tmp_path), KeptDescriptors())
    for _ in range(3):
        births.possible()
    (tmp_path / "loadavg").write_bytes(b"0.1 0.2 0.3 1/99 501\n")
    assert [births.possible() for _ in range(3)] == [True, True, False]


def test_another_pid_namespace_is_never_trusted(tmp_path: Path) -> None:
    _tree(tmp_path, os.getpid() + 1)
    files = KeptDescriptors()
    births = Births(str(tmp_path), files)
    assert all(births.possible() for _ in range(5))
    assert files.count == 0


def test_a_missing_or_empty_source_means_perhaps(tmp_path: Path) -> None:
    births = Births(str(tmp_path), KeptDescriptors())
    assert all(births.possible() for _ in range(3))
    _tree(tmp_path, os.getpid())
    (tmp_path / "loadavg").write_bytes(b"")
    births = Births(str(tmp_path), KeptDescriptors())
    assert all(births.possible() for _ in range(3))


def test_close_gives_the_descriptor_back() -> None:
    files = KeptDescriptors()
    births = Births("/proc", files)
    births.possible()
    assert files.count == 1
    births.close()
    births.close()
    assert files.count == 0
    assert births.possible()


def test_a_real_birth_is_seen() -> None:
    births = Births("/proc", KeptDescriptors())
    births.possible()
    births.possible()
    subprocess.run(["true"], check=True)
    assert births.possible()
    births.close()
