from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sysmon.model.metric import Kind
from sysmon.runtime.bench.trace_file import TraceError, read_trace


def written(path: Path, **arrays: object) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, np.asarray(content), allow_pickle=True)
            archive.writestr(f"{name}.npy", buffer.getvalue())
    return path


def test_rows_become_batches_and_scales_are_found(tmp_path: Path) -> None:
    values = [[0.0, 1024.0, 0.01], [1.0, 4096.0, 0.02], [2.0, 2048.0, 0.3]]
    path = written(tmp_path / "t.npz", ts=[1e9, 1e9 + 1, 1e9 + 2], names=["count", "memory", "share"], values=values)
    batches = read_trace(path)
    assert [list(batch.values) for batch in batches] == values
    assert [batch.sequence for batch in batches] == [1, 2, 3]
    assert [batch.time for batch in batches] == [1e9, 1e9 + 1, 1e9 + 2]
    specs = [one.metric for one in batches[0].catalog.series]
    assert [(spec.name, spec.scale, spec.kind) for spec in specs] == [
        ("count", 1.0, Kind.COUNTER),
        ("memory", 1024.0, Kind.GAUGE),
        ("share", 0.01, Kind.COUNTER),
    ]


@pytest.mark.parametrize(
    "arrays",
    [
        {"ts": [1.0], "names": ["a"]},
        {"ts": [1.0], "names": ["a"], "values": [[1.0, 2.0]]},
        {"ts": [1.0], "names": ["a", "a"], "values": [[1.0, 2.0]]},
        {"ts": [1], "names": ["a"], "values": [[1.0]]},
        {"ts": [1.0], "names": [{"pickled": 1}], "values": [[1.0]]},
    ],
)
def test_what_is_no_trace_is_refused(tmp_path: Path, arrays: dict[str, object]) -> None:
    with pytest.raises(TraceError):
        read_trace(written(tmp_path / "t.npz", **arrays))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"\x00" * 100])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.npz").write_bytes(content)
    with pytest.raises(TraceError):
        read_trace(tmp_path / "t.npz")


def test_a_damaged_array_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.npz", "w") as archive:
        archive.writestr("ts.npy", b"\x93NUMPY\x01\x00\x05\x00{'a':")
    with pytest.raises(TraceError):
        read_trace(tmp_path / "t.npz")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"t\.npz"):
        read_trace(tmp_path / "t.npz")
