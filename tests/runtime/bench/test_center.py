from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sysmon.runtime.bench.center import take_in


def test_machines_of_another_process_are_taken_in_over_tls() -> None:
    # In a process of its own, as it settles what the collector looks at.
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        taken = other.submit(take_in, 5, 2, secured=True).result()
    assert len(taken.delays) >= 10
    assert 0.0 < taken.cpu < 100.0
    assert abs(taken.memory) < 50e6, "bytes for each of five machines, of a process whose memory also shrinks"
    assert min(taken.delays) > -0.001
