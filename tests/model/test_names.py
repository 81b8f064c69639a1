"""Every metric is declared once, whole, and by the rules of OpenTelemetry names."""

from __future__ import annotations

import re

import pytest

from sysmon.model import names
from sysmon.model.metric import Kind, MetricSpec

UNITS = {"s", "By", "Hz", "1", "Cel", "rpm", "V", "A", "W", "J", "bit/s"}


@pytest.mark.parametrize("spec", names.METRICS.values(), ids=names.METRICS)
def test_declared_by_the_rules(spec: MetricSpec) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", spec.name)
    assert spec.unit in UNITS or re.fullmatch(r"\{[a-z_]+\}", spec.unit)
    assert spec.scale > 0.0
    assert spec.help.endswith(".")
    assert len(set(spec.attributes)) == len(spec.attributes)


def test_each_constant_is_a_declared_metric() -> None:
    constants = [value for value in vars(names).values() if isinstance(value, MetricSpec)]
    assert len(constants) == len(names.METRICS)
    assert {spec.name for spec in constants} == set(names.METRICS)


def test_declaring_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        names._declare(Kind.GAUGE, names.UPTIME.name, "s", 1.0, "Again.", ())
