"""``/proc/pressure`` of several kernels, and of those that have none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.pressure import PressureCollector, parse_pressure
from sysmon.collectors.procfs import KeptFile
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree

SOME = "some avg10=12.34 avg60=5.00 avg300=1.00 total=5016133\n"
FULL = "full avg10=0.50 avg60=0.00 avg300=0.00 total=2000001\n"


def key(metric: str, resource: str, kind: str) -> str:
    attributes = f"system.linux.pressure.resource={resource},system.linux.pressure.kind={kind}"
    return f"system.linux.pressure.{metric}{{{attributes}}}"


def machine(root: Path, **files: str) -> PressureCollector:
    content = {"cpu": SOME + FULL, "memory": SOME + FULL, "io": SOME + FULL} | files
    write_tree(root, {f"pressure/{name}": text for name, text in content.items()})
    return PressureCollector(root, root)


def test_totals_in_seconds_and_averages_as_shares(tmp_path: Path) -> None:
    collector = machine(tmp_path)
    reading = collector.read()
    found = figures(reading)
    assert len(found) == 12
    assert found[key("time", "io", "some")] == 5.016133
    assert found[key("time", "io", "full")] == 2.000001
    assert found[key("avg10", "memory", "some")] == pytest.approx(0.1234)
    assert reading.missing == ()
    assert collector.read().series is reading.series
    collector.close()


def test_before_linux_5_13_the_cpu_has_no_full_pressure(tmp_path: Path) -> None:
    collector = machine(tmp_path, cpu=SOME)
    reading = collector.read()
    assert key("time", "cpu", "full") not in figures(reading)
    assert reasons(reading) == {key("time", "cpu", "full"): "this kernel does not count full pressure of cpu"}
    collector.close()


def test_a_kernel_without_psi_is_unavailable_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match=r"psi=0 .*add psi=1 to its command line"):
        PressureCollector(tmp_path, tmp_path).read()


class RefusedFile(KeptFile):
    """Refuses every reading with one error."""

    def __init__(self, number: int) -> None:
        super().__init__(Path("pressure/io"))
        self._number = number

    def read(self) -> bytes:
        raise OSError(self._number, os.strerror(self._number))


def test_a_kernel_that_has_the_files_but_psi_switched_off_is_unavailable_too(tmp_path: Path) -> None:
    collector = machine(tmp_path)
    collector._files["io"] = RefusedFile(errno.EOPNOTSUPP)
    with pytest.raises(CollectorUnavailable, match="add psi=1"):
        collector.read()
    collector.close()


def test_other_refusals_are_told_apart(tmp_path: Path) -> None:
    collector = machine(tmp_path)
    collector._files["io"] = RefusedFile(errno.EACCES)
    with pytest.raises(CollectorUnavailable, match="may not read pressure/io"):
        collector.read()
    collector._files["io"] = RefusedFile(errno.EIO)
    with pytest.raises(OSError, match="Input/output error"):
        collector.read()
    collector.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        FULL,
        "some\n",
        "some avg10=x avg60=0 avg300=0 total=1\n",
        "some avg10=1 avg60=0 avg300=0 total=\n",
        "some total=1 avg10=1 a b\n",
        "\x00" * 9000,
    ],
)
def test_what_is_no_pressure_file_fails(tmp_path: Path, text: str) -> None:
    collector = machine(tmp_path, io=text)
    with pytest.raises(CollectorFailed, match="pressure"):
        collector.read()
    collector.close()


@given(st.binary(max_size=200) | st.text("somefullavg10=total 0123456789.\n").map(lambda t: b"some " + t.encode()))
def test_the_parser_answers_or_fails_on_any_bytes(data: bytes) -> None:
    try:
        assert b"some" in parse_pressure(data)
    except CollectorFailed:
        return


@given(st.integers(0, 10_000), st.integers(0, 2**53))
def test_any_figure_comes_back(hundredths: int, microseconds: int) -> None:
    share = f"{hundredths // 100}.{hundredths % 100:02}"
    line = f"some avg10={share} avg60=0.00 avg300=0.00 total={microseconds}\n"
    total, average = parse_pressure(line.encode())[b"some"]
    assert round(total * 1e6) == pytest.approx(microseconds, abs=1)
    assert average == pytest.approx(hundredths / 10_000)
