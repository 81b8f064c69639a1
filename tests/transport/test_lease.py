"""Wanting a peer, and no longer."""

from __future__ import annotations

from sysmon.transport.lease import Lease


def test_a_lease_is_released_once() -> None:
    released: list[str] = []
    lease = Lease("vega", released.append)
    lease.release()
    lease.release()
    assert released == ["vega"]
