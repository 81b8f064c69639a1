"""The benchmark of trust measures real handshakes and real pairings."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sysmon.runtime.bench.trust import handshake, measure, pair
from sysmon.transport.identity import load_or_create
from sysmon.transport.trust import TrustBook
from tests.transport.machines import as_peer, paired


def test_every_figure_is_measured() -> None:
    found = {result.metric: result for result in measure(5, 2)}
    assert found["handshake_ratio"].value == pytest.approx(
        (found["handshake_ms"].value or 0) / (found["handshake_floor_ms"].value or 1)
    )
    assert all(result.value is not None and result.value > 0 for result in found.values())


def test_a_handshake_that_is_refused_is_an_error(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    handshake(atlas.server_context(), desk.client_context(as_peer(atlas.identity, "atlas")))
    atlas.remove(desk.identity.id)
    with pytest.raises(ssl.SSLError):
        handshake(atlas.server_context(), desk.client_context(as_peer(atlas.identity, "atlas")))


def test_a_pairing_needs_two_machines(tmp_path: Path) -> None:
    one, two = (load_or_create(tmp_path / name) for name in ("one", "two"))
    pair(one, two)
    assert TrustBook(tmp_path / "one", one).peers() == ()
