from __future__ import annotations

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sysmon.cli.watch_figures import Cpu, Flow, Memory, Now
from sysmon.cli.watch_screen import bar, screen
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import Units

NAN = math.nan


def process(pid: int, command: str) -> tuple[ProcessRow, ProcessRate]:
    row = ProcessRow(ProcessKey(pid, 1.0), 1, "x", "root", "running", 0, 1, 0.0, 1e6, 0.0, 0.0, command, False)
    return row, ProcessRate(0.5, 0.0, NAN)


def figures(cores: int = 4, processes: int = 100, command: str = "cmd --flag") -> Now:
    return Now(
        time=0.0,
        uptime=90061.0,
        cpu=Cpu(
            0.34, 0.2, 0.1, 0.01, 0.0, tuple((str(n), n / max(1, cores)) for n in range(cores)), 3e9, (1.0, 2.0, 3.0)
        ),
        memory=Memory(3e9, 16e9, 13e9, 4e9, 1e9, 2e9),
        disks=tuple(Flow(f"sd{n}", 1e6, 2e6, 0.5) for n in range(12)),
        networks=tuple(Flow(f"eth{n}", 1e6, 2e6) for n in range(12)),
        pressure=(("cpu", 0.01),),
        temperatures=(("package", 61.0),),
        processes=processes,
        busiest=tuple(process(n, command) for n in range(1, processes + 1)),
    )


def drawn(what: Now, width: int, height: int, host: str = "vega") -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, legacy_windows=False)
    console.print(screen(what, Units(), host, width, height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (240, 67), (60, 15)])
@pytest.mark.parametrize("cores", [1, 4, 64, 256])
def test_it_fits_every_terminal(size: tuple[int, int], cores: int) -> None:
    width, height = size
    lines = drawn(figures(cores), width, height)
    assert max(len(line) for line in lines) <= width
    if height >= 24 and cores <= 64:
        assert len(lines) <= height


def test_the_figures_are_there() -> None:
    text = "\n".join(drawn(figures(), 120, 40))
    for part in (
        "vega",
        "up 1 d 1 h",
        "34 % at 3.00 GHz",
        "sd0",
        "eth0",
        "100 processes",
        "50.0 %",
        "package 61 °C",
        "Swap",
    ):
        assert part in text


def test_nothing_known_is_drawn_as_unknown() -> None:
    text = "\n".join(drawn(Now(), 120, 40))
    assert "– at –" in text
    assert "– processes" in text
    assert "·····" in text


def test_hostile_names_stay_harmless() -> None:
    what = figures(command="evil\x1b[2J\u202e [bold]not markup[/bold]")
    lines = drawn(what, 120, 40, host="h\x1b]0;x\x07")
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]not markup[/bold]" in text


@given(st.floats(), st.integers(1, 60))
def test_a_bar_has_its_width_whatever_it_shows(share: float, width: int) -> None:
    assert len(bar(share, width, "blue").plain) == width


def test_bars_fill() -> None:
    assert bar(0.0, 4, "x").plain == "────"
    assert bar(1.0, 4, "x").plain == "████"
    assert bar(0.5, 4, "x").plain == "██──"
    assert bar(0.03, 4, "x").plain == "▏───"
    assert bar(NAN, 4, "x").plain == "····"
