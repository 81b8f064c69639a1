from __future__ import annotations

from itertools import islice, pairwise

from sysmon.model.metric import Kind
from sysmon.ui.bench_paint import samples


def test_samples_are_of_one_machine_and_counters_grow() -> None:
    for noise in (False, True):
        made = list(islice(samples(noise), 50))
        catalog = made[0].catalog
        assert all(batch.catalog is catalog for batch in made)
        assert [batch.sequence for batch in made] == list(range(1, 51))
        for at, s in enumerate(catalog.series):
            values = [batch.values[at] for batch in made]
            if s.metric.kind is Kind.COUNTER:
                assert values == sorted(values)


def test_noise_jumps_and_smooth_does_not() -> None:
    def roughness(noise: bool) -> float:
        made = list(islice(samples(noise), 80))
        at = next(n for n, s in enumerate(made[0].catalog.series) if s.metric.name == "hw.gpu.utilization")
        values = [batch.values[at] for batch in made]
        return sum(abs(b - a) for a, b in pairwise(values))

    assert roughness(True) > 5 * roughness(False)
