"""Columns as bytes: there and back, from other versions, and from nonsense."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.ui.tables.kept_columns import Kept, KeptColumns, read_columns, write_columns
from sysmon.viewmodels.processes import COLUMNS

KEYS = [column.key for column in COLUMNS]


@given(
    st.permutations(KEYS),
    st.lists(st.tuples(st.integers(30, 2000), st.booleans()), min_size=len(KEYS), max_size=len(KEYS)),
    st.sampled_from(KEYS),
    st.booleans(),
)
def test_there_and_back(order: list[str], looks: list[tuple[int, bool]], by: str, ascending: bool) -> None:
    columns = tuple(
        Kept(key, width, hidden and key != "name") for key, (width, hidden) in zip(order, looks, strict=True)
    )
    kept = KeptColumns(columns, frozenset({"gpu"}), by, ascending)
    assert read_columns(write_columns(kept)) == kept


def test_a_column_of_another_version_is_left_out_and_a_new_one_is_hidden() -> None:
    old = {"columns": [["cpu", 80, False], ["gone", 80, False]], "untouched": [], "sorted_by": "gone", "ascending": 1}
    kept = read_columns(json.dumps(old).encode())
    assert kept is not None
    assert kept.columns[0] == Kept("cpu", 80, False)
    assert sorted(one.key for one in kept.columns) == sorted(KEYS)
    assert [one.key for one in kept.columns if not one.hidden] == ["cpu", "name"]
    assert (kept.sorted_by, kept.ascending) == ("cpu", False)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff", b"[]", b"{}", b'{"columns": 5}', b"[" * 70_000, b"[" * 60_000,
     b'{"columns": [["cpu"]], "untouched": [], "sorted_by": "cpu", "ascending": false}',
     b'{"columns": [[1, "x", 2]], "untouched": [], "sorted_by": "cpu", "ascending": false}',
     b'{"columns": [["cpu", 5, true]], "untouched": 7, "sorted_by": "cpu", "ascending": false}'],
)  # fmt: skip
def test_nonsense_is_nothing(data: bytes) -> None:
    assert read_columns(data) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_columns_or_nothing(data: bytes) -> None:
    kept = read_columns(data)
    assert kept is None or len(kept.columns) == len(KEYS)


def test_widths_are_believed_within_reason() -> None:
    wide = {"columns": [["cpu", 10**9, False]], "untouched": [], "sorted_by": "cpu", "ascending": False}
    kept = read_columns(json.dumps(wide).encode())
    assert kept is not None
    assert kept.columns[0].width == 2000
