from __future__ import annotations

import math

import pytest

from sysmon.cli.figures import figure, label, units_of
from sysmon.model import names
from sysmon.model.metric import Kind, MetricSpec, Series, series
from sysmon.runtime.options import Values
from sysmon.viewmodels.format import SPACE, Units

NAN = math.nan


@pytest.mark.parametrize(
    ("of", "value", "rate", "text"),
    [
        (series(names.CPU_TIME, "user"), 9.0, 0.034, "3.4 %"),
        (series(names.NETWORK_IO, "eth0", "receive"), 9.0, 1.82e7, "18.2 MB/s"),
        (series(names.DISK_IO, "sda", "read"), 9.0, 2.14e8, "214 MB/s"),
        (series(names.CONTEXT_SWITCHES), 9.0, 41_200.0, "41.2 k/s"),
        (series(names.ENERGY, "p", "package", "cpu"), 9.0, 88.0, "88 W"),
        (series(names.CONTEXT_SWITCHES), 9.0, NAN, "–"),
        (series(names.MEMORY_LIMIT), 68719476736.0, NAN, "64.0 GiB"),
        (series(names.UPTIME), 90061.0, NAN, "1 d 1 h"),
        (series(names.TICK_LATENESS), 0.0003, NAN, "0.30 ms"),
        (series(names.LOAD_1M), 0.84, NAN, "0.84"),
        (series(names.THREADS), 1930.0, NAN, "1,930"),
        (series(names.NETWORK_UP, "eth0"), 1.0, NAN, "yes"),
        (series(names.NETWORK_UP, "eth0"), 0.0, NAN, "no"),
        (series(names.NETWORK_UP, "eth0"), NAN, NAN, "–"),
        (series(names.CPU_FREQUENCY, "0"), 5.12e9, NAN, "5.12 GHz"),
        (series(names.TEMPERATURE, "a", "b"), 61.0, NAN, "61 °C"),
        (series(names.THREADS), NAN, NAN, "–"),
    ],
)
def test_figures_by_unit(of: Series, value: float, rate: float, text: str) -> None:
    assert figure(of, value, rate, Units()) == text


@pytest.mark.parametrize("metric", names.METRICS.values(), ids=lambda metric: metric.name)
@pytest.mark.parametrize("value", [0.0, 1.0, 1e30, -1.0, NAN, math.inf])
def test_every_metric_has_a_figure_that_a_terminal_can_draw(metric: MetricSpec, value: float) -> None:
    text = figure(series(metric, *("x" for _ in metric.attributes)), value, value, Units())
    assert text
    assert SPACE not in text
    if value == 0.0:
        assert text.startswith(("0", "no"))


def test_units_follow_the_settings() -> None:
    values = Values({"units.network": "bits", "units.size_base": 10, "units.rate_base": 2, "units.temperature": "F"})
    units = units_of(values)
    assert units == Units(network_bits=True, size_base=10, rate_base=2, fahrenheit=True)
    assert figure(series(names.TEMPERATURE, "a", "b"), 61.0, NAN, units) == "142 °F"


def test_a_label_is_harmless_and_leaves_out_what_is_empty() -> None:
    metric = MetricSpec("m", "1", Kind.GAUGE, 1.0, "", ("a", "b", "c"))
    assert label(series(metric, "sda", "", "\x1b[2J")) == "sda \\x1b[2J"
    assert label(series(MetricSpec("n", "1", Kind.GAUGE, 1.0, ""))) == ""
