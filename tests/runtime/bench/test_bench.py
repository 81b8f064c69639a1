from __future__ import annotations

import importlib.util

import pytest

from sysmon.runtime.bench import BENCHES


@pytest.mark.parametrize("name", sorted(BENCHES))
def test_every_benchmark_named_is_there(name: str) -> None:
    module, _, function = BENCHES[name].partition(":")
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    assert function.isidentifier()
