"""A made ``/proc/<pid>`` with everything that the details of a process are read from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sysmon.model.process import ProcessKey
from tests.collectors.proc_tree import BOOT, ProcTree, stat_line
from tests.collectors.recorded import write_tree

START = 1000
PID = 7
KEY = ProcessKey(PID, BOOT + START / 100)

STATUS = """Name:\tdemo\\nUid:\t0\t0\t0\t0
Uid:\t1000\t0\t0\t0
Gid:\t1000\t0\t0\t0
ShdPnd:\t0000000000004000
SigPnd:\t0000000000000001
SigBlk:\t0000000000010000
SigIgn:\t0000000000001000
SigCgt:\t8000000200000002
CapEff:\t000001ffffffffff
Seccomp:\t2
Cpus_allowed_list:\t0-1,3
"""
LIMITS = """Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 524288               files
Max nice priority         0                    0
"""
ROLLUP = """55d000-7ffc000 ---p 00000000 00:00 0                          [rollup]
Rss:                2000 kB
Pss:                1000 kB
Shared_Clean:       1200 kB
Shared_Dirty:          0 kB
Private_Clean:       300 kB
Private_Dirty:       500 kB
Swap:                 64 kB
"""
SMAPS = """55d000-55e000 r-xp 00000000 08:01 131 /usr/lib/lib one.so
Rss:                 100 kB
Pss:                  50 kB
Swap:                  0 kB
VmFlags: rd ex mr
55e000-55f000 rw-p 00001000 08:01 131 /usr/lib/lib one.so
Rss:                  20 kB
Pss:                  20 kB
Swap:                  4 kB
7f0000-7f1000 rw-p 00000000 00:00 0
Rss:                 900 kB
Pss:                 900 kB
Swap:                 60 kB
"""
FILES: Mapping[str, str | bytes] = {
    "status": STATUS,
    "limits": LIMITS,
    "smaps_rollup": ROLLUP,
    "smaps": SMAPS,
    "cgroup": "0::/\n",
    "environ": b"HOME=/root\0PATH=/bin\0",
    "attr/current": "unconfined\n",
    f"task/{PID}/stat": stat_line(PID, start=START),
    f"task/{PID}/children": "",
}


def made(
    root: Path, files: Mapping[str, str | bytes] | None = None, *, line: bytes = stat_line(PID, start=START)
) -> ProcessKey:
    """Make process `PID` below ``root`` (a made ``/proc``) and its parent, process 1. ``files`` come on top."""
    tree = ProcTree(root)
    tree.put(1, stat_line(1, b"init", parent=0, start=1))
    tree.put(PID, line, command=b"demo\0-x\0")
    folder = root / str(PID)
    write_tree(folder, {**FILES, **(files or {})})
    (folder / "fd").mkdir(exist_ok=True)
    for name in ("exe", "cwd", "root"):
        (folder / name).symlink_to("/")
    return KEY


def hold(root: Path, descriptors: Mapping[int, str]) -> None:
    """Give the made process these descriptors."""
    folder = root / str(PID) / "fd"
    for number, target in descriptors.items():
        (folder / str(number)).symlink_to(target)
