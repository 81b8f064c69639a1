"""Memory of a process by what is mapped: recorded files, real mappings, and anything else."""

from __future__ import annotations

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_folder import open_process
from sysmon.collectors.process_maps import (
    MOST_FILES,
    MOST_MAPPINGS,
    MapsAdder,
    parse_sizes,
    read_maps,
    read_shares,
    shares_of,
)
from sysmon.model.process_details import Fact, MapsSummary
from tests.collectors.detail_tree import KEY, PID, ROLLUP, SMAPS, made
from tests.collectors.held_process import boot_time, child
from tests.collectors.proc_tree import BOOT


def look(root: Path) -> Fact[MapsSummary]:
    with open_process(root, BOOT, KEY) as folder:
        return read_maps(folder)


def test_the_sums() -> None:
    shares = shares_of(parse_sizes(ROLLUP.encode()))
    assert (shares.rss, shares.pss, shares.shared, shares.private, shares.swap) == (
        2000 * 1024,
        1000 * 1024,
        1200 * 1024,
        800 * 1024,
        64 * 1024,
    )
    assert all(math.isnan(value) for value in (shares_of({}).rss, shares_of({}).shared, shares_of({}).private))


def test_mappings_of_one_file_are_added_up(tmp_path: Path) -> None:
    made(tmp_path)
    summary = look(tmp_path).value
    assert summary is not None
    assert [(file.path, file.rss, file.swap, file.count) for file in summary.files.items] == [
        ("[anonymous]", 900 * 1024, 60 * 1024, 1),
        ("/usr/lib/lib one.so", 120 * 1024, 4 * 1024, 2),
    ]


def test_a_mapped_file_of_a_real_process(tmp_path: Path) -> None:
    path = tmp_path / "mapped here"
    path.write_bytes(b"x" * (1 << 20))
    program = "import mmap, sys\nfile = open(sys.argv[1], 'r+b')\nheld = mmap.mmap(file.fileno(), 0)\nlen(held[:])"
    with child(program, str(path)) as (key, _), open_process(Path("/proc"), boot_time(), key) as folder:
        summary = read_maps(folder).value
        assert summary is not None
        found = {file.path: file for file in summary.files.items}
        assert found[str(path)].rss == 1 << 20
        assert summary.shares.rss >= summary.shares.pss > 0
        assert "[heap]" in found


def test_a_kernel_without_a_rollup_has_the_sums_too(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / str(PID) / "smaps_rollup").unlink()
    summary = look(tmp_path).value
    assert summary is not None
    assert summary.shares.rss == 1020 * 1024


def test_neither_file_is_a_reason(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / str(PID) / "smaps_rollup").unlink()
    (tmp_path / str(PID) / "smaps").unlink()
    found = look(tmp_path)
    assert found.value is None
    assert found.missing


def test_a_process_without_memory(tmp_path: Path) -> None:
    made(tmp_path, {"smaps_rollup": "", "smaps": ""})
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert read_shares(folder).missing == "it has no memory of its own"
        assert read_maps(folder).value is None


def test_very_many_files_and_mappings_are_cut(tmp_path: Path) -> None:
    lines = (f"{n:x}000-{n:x}fff r--p 0 08:01 1 /f{n}\nRss: {n} kB\n" for n in range(1, MOST_MAPPINGS + 50))
    made(tmp_path, {"smaps": "".join(lines)})
    summary = look(tmp_path).value
    assert summary is not None
    assert len(summary.files.items) == MOST_FILES
    assert summary.files.cut == MOST_MAPPINGS + 1 - MOST_FILES
    assert summary.files.missing is not None
    assert str(MOST_MAPPINGS) in summary.files.missing


def test_hostile_names_of_files(tmp_path: Path) -> None:
    made(tmp_path, {"smaps": SMAPS.encode().replace(b"lib one", b"\xff\x1b[2J\xe2\x80\xaeRss: 9 kB")})
    summary = look(tmp_path).value
    assert summary is not None
    assert summary.files.items[1].path == "/usr/lib/\ufffd\x1b[2J\u202eRss: 9 kB.so"
    assert summary.files.items[1].rss == 120 * 1024


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    shares_of(parse_sizes(data))
    adder = MapsAdder()
    for line in data.splitlines(keepends=True):
        adder.add(line)
    files, cut = adder.files(MOST_FILES)
    assert sum(file.count for file in files) == adder.mappings
    assert cut == 0
