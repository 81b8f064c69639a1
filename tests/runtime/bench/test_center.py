from __future__ import annotations

from sysmon.runtime.bench.center import take_in


def test_machines_of_another_process_are_taken_in_over_tls() -> None:
    taken = take_in(5, 2, secured=True)
    assert len(taken.delays) >= 10
    assert 0.0 < taken.cpu < 100.0
    assert abs(taken.memory) < 50e6, "bytes for each of five machines, of a process whose memory also shrinks"
    assert min(taken.delays) > -0.001
