from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import SPACE, UNKNOWN, Units
from tests.viewmodels.fake_host import plain

GIB = float(1 << 30)
finite = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.floats(min_value=0.0, max_value=9e32, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.004, "0.00"),
        (4.206, "4.21"),
        (9.996, "10.0"),
        (31.0, "31.0"),
        (99.96, "100"),
        (1240.0, "1,240"),
        (-2.5, "-2.50"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert fmt.number(value) == text


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [
        (0.0, 10, "0 B"),
        (12.0, 10, "12 B"),
        (999.4, 10, "999 B"),
        (999.6, 10, "1.00 kB"),
        (999_600.0, 10, "1.00 MB"),
        (214e6, 10, "214 MB"),
        (38.9 * GIB, 2, "38.9 GiB"),
        (1023.0, 2, "1.00 KiB"),
        (1000.0 * 1024, 2, "0.98 MiB"),
        (9.996e35, 10, ">999 QB"),
        (1e40, 10, ">999 QB"),
        (-1500.0, 10, "-1.50 kB"),
    ],
)
def test_scaled(value: float, base: int, text: str) -> None:
    assert plain(fmt.scaled(value, "B", base)) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "write",
    [
        fmt.number, fmt.percent, fmt.percent_exact, fmt.count, fmt.per_second, fmt.hertz, fmt.watts, fmt.volts,
        fmt.amperes, fmt.rpm, fmt.latency, fmt.duration, fmt.ago, fmt.clock, fmt.exact,
        Units().size, Units().rate, Units().network, Units(network_bits=True).network, Units().temperature,
    ],
)  # fmt: skip
def test_what_is_no_number_is_unknown(write: object, value: float) -> None:
    assert callable(write)
    assert write(value) == UNKNOWN


@given(sizes, st.sampled_from((2, 10)))
def test_never_more_than_four_digits_and_never_a_thousand(value: float, base: int) -> None:
    digits = fmt.scaled(value, "B", base).partition(SPACE)[0]
    assert len(re.sub(r"[^0-9]", "", digits)) <= 3
    assert float(digits) < 1000


@given(sizes, sizes, st.sampled_from((2, 10)))
def test_what_is_larger_is_never_written_smaller(one: float, other: float, base: int) -> None:
    low, high = sorted((one, other))
    assert _parsed(fmt.scaled(low, "B", base), base) <= _parsed(fmt.scaled(high, "B", base), base)


def _parsed(text: str, base: int) -> float:
    digits, _, unit = text.partition(SPACE)
    prefixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi", "Ri", "Qi"] if base == 2 else [*"_kMGTPEZYRQ"]
    return float(digits) * (1024.0 if base == 2 else 1000.0) ** prefixes.index(unit.removesuffix("B") or prefixes[0])


@given(finite)
def test_a_negative_number_is_its_positive_with_a_minus(value: float) -> None:
    positive = fmt.number(abs(value))
    assert fmt.number(-abs(value)) in (f"-{positive}", positive)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0004, "0 %"),
        (0.006, "0.6 %"),
        (0.0096, "1 %"),
        (0.344, "34 %"),
        (1.0, "100 %"),
        (2.124, "212 %"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert plain(fmt.percent(share)) == text


def test_percent_in_columns_has_one_decimal() -> None:
    assert plain(fmt.percent_exact(2.1241)) == "212.4 %"
    assert plain(fmt.percent_exact(-0.0)) == "0.0 %"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 /s"), (0.24, "0.2 /s"), (12.0, "12 /s"), (41_200.0, "41.2 k/s"), (999.7, "1.00 k/s")]
)
def test_per_second(value: float, text: str) -> None:
    assert plain(fmt.per_second(value)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 ms"), (840e-9, "0.84 µs"), (3e-4, "0.30 ms"), (0.0124, "12.4 ms"), (0.9996, "1.00 s"), (1.2, "1.20 s")],
)
def test_latency(seconds: float, text: str) -> None:
    assert plain(fmt.latency(seconds)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (42, "42 s"),
        (185, "3 min 5 s"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
        (1_051_200, "12 d 4 h"),
        (86_460, "1 d"),
        (-1, UNKNOWN),
    ],
)
def test_duration_names_its_two_largest_units(seconds: float, text: str) -> None:
    assert plain(fmt.duration(seconds)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "now"),
        (0.4, "now"),
        (7, "just now"),
        (42, "40 s ago"),
        (125, "2 min ago"),
        (4000, "1 h ago"),
        (300_000, "3 d ago"),
    ],
)
def test_ago_names_its_largest_unit(seconds: float, text: str) -> None:
    assert plain(fmt.ago(seconds)) == text


@pytest.mark.parametrize(("seconds", "text"), [(1, "1 second"), (60, "1 minute"), (300, "5 minutes"), (86400, "1 day")])
def test_span(seconds: float, text: str) -> None:
    assert fmt.span(seconds) == text


def test_times_of_day() -> None:
    assert re.fullmatch(r"\d\d:\d\d:\d\d", fmt.clock(1_700_000_000))
    assert re.fullmatch(r"2023-11-1\d \d\d:\d\d:\d\d", fmt.exact(1_700_000_000))
    assert fmt.clock(1e300) == UNKNOWN


def test_small_quantities() -> None:
    assert plain(fmt.hertz(5.123e9)) == "5.12 GHz"
    assert plain(fmt.watts(88.2)) == "88 W"
    assert plain(fmt.watts(3.44)) == "3.4 W"
    assert plain(fmt.volts(1.2345)) == "1.23 V"
    assert plain(fmt.amperes(0.84)) == "0.84 A"
    assert plain(fmt.rpm(1240.4)) == "1,240 rpm"
    assert fmt.count(1930) == "1,930"
    assert fmt.counted(1, "process", "processes") == "1 process"
    assert fmt.counted(31, "process", "processes") == "31 processes"
    assert plain(fmt.link_speed(2.5e9)) == "2.5 Gb/s"
    assert plain(fmt.link_speed(1e9)) == "1 Gb/s"


class TestUnits:
    def test_sizes_and_rates_have_bases_of_their_own(self) -> None:
        units = Units(size_base=10, rate_base=2)
        assert plain(units.size(38.9e9)) == "38.9 GB"
        assert plain(units.rate(214.0 * (1 << 20))) == "214 MiB/s"
        assert plain(Units().rate(214e6)) == "214 MB/s"

    def test_network_in_bits(self) -> None:
        assert plain(Units(network_bits=True).network(18.2e6)) == "146 Mb/s"

    def test_a_limit_has_no_empty_decimals(self) -> None:
        assert plain(Units().limit(64 * GIB)) == "64 GiB"
        assert plain(Units().limit(62.5 * GIB)) == "62.5 GiB"
        assert plain(Units().limit(0)) == "0 B"

    def test_a_size_beside_its_limit_has_its_unit(self) -> None:
        assert plain(Units().size_of(0.21 * GIB, 8 * GIB)) == "0.2 of 8 GiB"
        assert plain(Units().size_of(0, 8 * GIB)) == "0 of 8 GiB"
        assert plain(Units().size_of(math.nan, 8 * GIB)) == "– of 8 GiB"
        assert plain(Units().size_of(5, math.nan)) == "5 B of –"

    def test_temperature(self) -> None:
        assert plain(Units().temperature(61.4)) == "61 °C"
        assert plain(Units(fahrenheit=True).temperature(61.0)) == "142 °F"
        assert plain(Units().temperature(-0.2)) == "0 °C"
        assert Units(fahrenheit=True).degrees(100.0) == "212"


def test_ages_and_times_on_the_way() -> None:
    told = [fmt.age(12 * 86400 + 4000), fmt.age(7300), fmt.age(42), fmt.age(0)]
    assert [text.replace(fmt.SPACE, " ") for text in told] == ["12 d", "2 h", "42 s", "0 s"]
    times = (0.0124, 0.0003, 0.00996, 1.24, 0.0, math.nan)
    written = [fmt.milliseconds(time).replace(fmt.SPACE, " ") for time in times]
    assert written == ["12 ms", "0.3 ms", "10 ms", "1.2 s", "0 ms", "–"]
    offsets = (0.003, -0.0012, 0.0001, 1.5, 200000.0, math.nan)
    assert [fmt.offset(value).replace(fmt.SPACE, " ") for value in offsets] == [
        "+3 ms", "-1 ms", "0 ms", "+1.5 s", "+2 d", "–",
    ]  # fmt: skip
