"""Kept columns come back bit for bit, and are small where they should be."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline import columns

scales = st.sampled_from([1e-9, 1e-6, 1e-4, 0.001, 0.01, 1.0, 512.0, 1024.0, 4096.0])
floats = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(floats, min_size=1, max_size=400), scales)
def test_any_doubles_come_back_bit_for_bit(values: list[float], scale: float) -> None:
    column = array("d", values)
    assert columns.decode(columns.encode(column, scale), len(column)).tobytes() == column.tobytes()


@given(st.lists(st.integers(0, 1 << 52), min_size=1, max_size=400), scales)
def test_scaled_counters_come_back_bit_for_bit(steps: list[int], scale: float) -> None:
    inverse = round(1 / scale) if scale < 1 else 1 / scale
    column = array("d", [step / inverse for step in steps])
    assert columns.decode(columns.encode(column, scale), len(column)).tobytes() == column.tobytes()


@given(floats, st.integers(1, 500))
def test_a_constant_takes_nine_bytes(value: float, count: int) -> None:
    column = array("d", [value]) * count
    coded = columns.encode(column, 1.0)
    assert len(coded) == 9
    assert columns.decode(coded, count).tobytes() == column.tobytes()


def test_a_counter_of_ticks_takes_less_than_a_byte_a_value() -> None:
    column = array("d", [(1000 + 7 * i + i % 3) / 100 for i in range(300)])
    assert len(columns.encode(column, 0.01)) < 300


def test_values_finer_than_the_scale_are_not_rounded() -> None:
    column = array("d", [0.1, 0.123456789, 0.2])
    assert columns.decode(columns.encode(column, 0.01), 3) == column
