"""Frequencies from cpufreq, from ``/proc/cpuinfo``, and on machines that tell none."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.cpu_frequency import CpuFrequencyCollector, parse_cpuinfo
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree

CPU = "devices/system/cpu"
X86 = "processor\t: 0\nmodel name\t: X\ncpu MHz\t\t: 2596.138\n\nprocessor\t: 1\ncpu MHz\t\t: 800.000\n"
LIMIT = "system.cpu.frequency.limit"


def cpufreq(root: Path, **kilohertz: int) -> Path:
    write_tree(root, {f"{CPU}/online": f"0-{len(kilohertz) - 1}\n"})
    for name, value in kilohertz.items():
        place = f"{CPU}/{name}/cpufreq"
        write_tree(root, {f"{place}/scaling_cur_freq": f"{value}\n", f"{place}/cpuinfo_max_freq": "5100000\n"})
    return root


def of(number: int) -> str:
    return f"system.cpu.frequency{{cpu.logical_number={number}}}"


def test_each_cpu_in_hertz_and_the_highest_possible(tmp_path: Path) -> None:
    collector = CpuFrequencyCollector(tmp_path, cpufreq(tmp_path, cpu0=800000, cpu1=4700123, cpu10=1))
    reading = collector.read()
    assert figures(reading) == {of(0): 8e8, of(1): 4.700123e9, of(10): 1e3, LIMIT: 5.1e9}
    assert reading.missing == ()
    assert collector.read().series is reading.series
    write_tree(tmp_path, {f"{CPU}/cpu1/cpufreq/scaling_cur_freq": "900000\n"})
    assert figures(collector.read())[of(1)] == 9e8
    collector.close()


def test_a_cpu_taken_offline_leaves(tmp_path: Path) -> None:
    collector = CpuFrequencyCollector(tmp_path, cpufreq(tmp_path, cpu0=1, cpu1=2))
    collector.read()
    (tmp_path / CPU / "cpu1/cpufreq/scaling_cur_freq").unlink()
    write_tree(tmp_path, {f"{CPU}/online": "0\n"})
    assert figures(collector.read()).keys() == {of(0), LIMIT}
    collector.close()


def test_a_value_that_is_none_is_unknown(tmp_path: Path) -> None:
    collector = CpuFrequencyCollector(tmp_path, cpufreq(tmp_path, cpu0=1, cpu1=2))
    collector.read()
    write_tree(tmp_path, {f"{CPU}/cpu1/cpufreq/scaling_cur_freq": "<unknown>\n"})
    assert math.isnan(figures(collector.read())[of(1)])
    collector.close()


def test_without_cpufreq_cpuinfo_answers_and_the_limit_is_missing(tmp_path: Path) -> None:
    collector = CpuFrequencyCollector(write_tree(tmp_path, {"cpuinfo": X86}), tmp_path)
    reading = collector.read()
    found = figures(reading)
    assert found[of(0)] == pytest.approx(2.596138e9)
    assert found[of(1)] == 8e8
    assert math.isnan(found[LIMIT])
    assert LIMIT in reasons(reading)
    assert collector.read().series is reading.series
    collector.close()


@pytest.mark.parametrize("cpuinfo", ["", "processor\t: 0\nBogoMIPS\t: 108.00\n", "\x00" * 100_000])
def test_a_machine_that_tells_no_frequency_is_unavailable(tmp_path: Path, cpuinfo: str) -> None:
    collector = CpuFrequencyCollector(write_tree(tmp_path, {"cpuinfo": cpuinfo}), tmp_path)
    with pytest.raises(CollectorUnavailable, match="no cpufreq driver"):
        collector.read()
    collector.close()


@given(st.binary(max_size=200) | st.text("processor:cpuMHz 0123456789.ne\n\t").map(str.encode))
def test_the_parser_answers_on_any_bytes(data: bytes) -> None:
    assert all(0 < value < math.inf for value in parse_cpuinfo(data).values())
