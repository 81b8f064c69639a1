from __future__ import annotations

from dataclasses import is_dataclass
from typing import get_args

from sysmon.protocol.events import Event


def test_every_event_is_a_value_that_says_what_it_is() -> None:
    kinds = get_args(Event)
    assert len(kinds) == 21
    assert all(is_dataclass(kind) and kind.__doc__ for kind in kinds)
    assert all(kind.__dataclass_params__.frozen for kind in kinds)
