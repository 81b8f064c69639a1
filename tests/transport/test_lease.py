"""Wanting a peer, and no longer."""

from __future__ import annotations

from sysmon.transport.lease import Lease


def test_a_lease_is_released_once() -> None:
    released: list[tuple[str, bool]] = []
    lease = Lease("vega", lambda peer, at_once: released.append((peer, at_once)))
    lease.release()
    lease.release(at_once=True)
    assert released == [("vega", False)]
