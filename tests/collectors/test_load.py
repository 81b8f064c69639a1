"""``/proc/loadavg`` and ``/proc/uptime``."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.load import LoadCollector, parse_loadavg, parse_uptime
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, write_tree

LOADAVG = "0.20 1.12 10.06 3/1091 12345\n"
UPTIME = "1133.90 2130.68\n"


def test_reads_loads_threads_and_uptime(tmp_path: Path) -> None:
    collector = LoadCollector(write_tree(tmp_path, {"loadavg": LOADAVG, "uptime": UPTIME}), tmp_path)
    reading = collector.read()
    assert figures(reading) == {
        "system.cpu.load_average.1m": 0.2,
        "system.cpu.load_average.5m": 1.12,
        "system.cpu.load_average.15m": 10.06,
        "system.linux.threads": 1091.0,
        "system.uptime": 1133.9,
    }
    assert collector.read().series is reading.series
    collector.close()


@pytest.mark.parametrize("absent", ["loadavg", "uptime"])
def test_a_missing_file_makes_the_family_unavailable(tmp_path: Path, absent: str) -> None:
    write_tree(tmp_path, {"loadavg": LOADAVG, "uptime": UPTIME})
    (tmp_path / absent).unlink()
    collector = LoadCollector(tmp_path, tmp_path)
    with pytest.raises(CollectorUnavailable, match=absent):
        collector.read()
    collector.close()


@pytest.mark.parametrize(
    "text", [b"", b"1 2 3", b"1 2 3 4 5 6", b"a b c 1/2 3", b"1 2 3 4 5", b"1 2 3 /x 5", b"\xff" * 9000]
)
def test_what_is_no_loadavg_fails(text: bytes) -> None:
    with pytest.raises(CollectorFailed, match="loadavg"):
        parse_loadavg(text)


@given(st.binary(max_size=200))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    for parse in (parse_loadavg, parse_uptime):
        try:
            parse(data)
        except CollectorFailed:
            continue


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(0, 10**7), st.integers(1, 10**7))
def test_any_load_comes_back_as_printed(hundredths: list[int], threads: int, last: int) -> None:
    words = [f"{value // 100}.{value % 100:02}" for value in hundredths]
    parsed = parse_loadavg(f"{' '.join(words)} 1/{threads} {last}\n".encode())
    assert parsed == (*(value / 100 for value in hundredths), float(threads))
