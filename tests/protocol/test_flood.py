"""Who says too much is told so; who says as much as a link needs never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.protocol.flood import RATE, SECONDS, Flood


@pytest.mark.parametrize(
    ("size", "allowed"), [(0, RATE * SECONDS), (256, RATE * SECONDS / 2), (1 << 20, RATE * SECONDS / 4097)]
)
def test_at_once_only_so_much(size: int, allowed: float) -> None:
    flood = Flood()
    for _ in range(int(allowed)):
        flood.count(size, 5.0)
    with pytest.raises(RemoteProtocolError) as told:
        flood.count(size, 5.0)
    assert told.value.reason is Reason.TOO_FAST


def test_what_is_long_ago_is_forgotten() -> None:
    flood = Flood()
    for now in (0.0, SECONDS, 2 * SECONDS):
        for _ in range(int(RATE * SECONDS) - 1):
            flood.count(0, now)


@given(st.lists(st.tuples(st.floats(0.001, 1.0), st.integers(0, 200_000)), max_size=200))
def test_a_steady_peer_is_never_told_off(messages: list[tuple[float, int]]) -> None:
    flood, now = Flood(), 0.0
    for apart, size in messages:
        now += max(apart, (1.0 + size / 256) / RATE)
        flood.count(size, now)
