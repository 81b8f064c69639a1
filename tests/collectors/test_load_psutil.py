"""Load and uptime through psutil."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sysmon.collectors.load import LoadCollector
from sysmon.collectors.load_psutil import LoadPsutilCollector
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_figures_as_the_linux_reader() -> None:
    ours, other = LoadCollector(Path("/proc"), Path("/sys")), LoadPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = figures(other.read())
        # psutil knows the time of boot in whole seconds, and getloadavg(3) does not round.
        differences = between(before, truth, figures(ours.read()), 0.011)
        return [each for each in differences if "uptime" not in each] + between(
            before, {"system.uptime": truth["system.uptime"]}, before, 2.0
        )

    eventually(compare)
    ours.close()
    other.close()


def test_threads_are_missing_with_a_reason() -> None:
    reading = LoadPsutilCollector().read()
    assert "system.linux.threads" in reasons(reading)
    assert figures(reading)["system.uptime"] > 0.0
