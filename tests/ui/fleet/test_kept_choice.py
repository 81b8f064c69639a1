from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.ui.fleet.kept_choice import KeptChoice
from sysmon.viewmodels.fleet import Order


@given(st.sampled_from(Order), st.text(), st.text(), st.frozensets(st.text()))
def test_what_is_written_is_read(order: Order, measure: str, heat: str, folded: frozenset[str]) -> None:
    choice = KeptChoice(order, measure, heat, folded)
    assert KeptChoice.read(choice.written()) == choice


@pytest.mark.parametrize("kept", [b"", b"nonsense", b"[]", b'["sideways", "cpu", "cpu"]', b'{"a": 1}', b"\xff", b"[1]"])
def test_anything_else_is_the_usual_choice(kept: bytes) -> None:
    assert KeptChoice.read(kept) == KeptChoice()
