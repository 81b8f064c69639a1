"""Plots of one process: words, axes, and breaks where nobody looked."""

from __future__ import annotations

import math

from sysmon.model.process import ProcessKey
from sysmon.pipeline.process_history import Trace
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import SPACE, Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_plots import ProcessPlots, broken
from tests.viewmodels.fake_processes import row

SCOPE = TimeScope(0.0, 300.0, live=True)


def trace(*moments: float) -> Trace:
    made = Trace(ProcessKey(7, 0.0), "x")
    for at, moment in enumerate(moments):
        made.add(moment, row(7, memory=1024.0 * 1024.0 * at), ProcessRate(0.25 * at, math.nan, 2e6))
    return made


def test_plots_with_words() -> None:
    cpu, memory, disk, threads = ProcessPlots().plots(trace(1, 2, 3), SCOPE, Units(), "0.2 GiB shared")
    assert cpu.caption == f"CPU 50.0{SPACE}% of one core"
    assert memory.caption == f"Memory 2.00{SPACE}MiB, 0.2 GiB shared"
    assert disk.caption == f"Disk – read, 2.00{SPACE}MB/s written"
    assert (threads.key, threads.caption) == ("threads", "1 thread")
    assert cpu.plot.top == 1.0, "one core"
    assert [len(line.times) for line in disk.plot.lines] == [3, 3]
    assert memory.plot.top >= 2 * 1024 * 1024


def test_a_gpu_has_a_plot_where_a_driver_tells_of_it() -> None:
    made = trace(1, 2)
    made.add(3.0, row(7), ProcessRate(0.5, 0.0, 0.0, 0.25), 1024.0**3)
    gpu = next(plot for plot in ProcessPlots().plots(made, SCOPE, Units()) if plot.key == "gpu")
    assert gpu.caption == f"GPU 25.0{SPACE}%, 1.00{SPACE}GiB"


def test_cpu_is_of_the_machine_where_that_is_wanted() -> None:
    whole = Units(machine_cpu=True, cores=4)
    assert ProcessPlots().plots(trace(1, 2, 3), SCOPE, whole)[0].caption == f"CPU 12.5{SPACE}% of the machine"


def test_more_than_a_core_moves_the_axis() -> None:
    busy = trace(1, 2, 3, 4, 5, 6, 7, 8)
    assert ProcessPlots().plots(busy, SCOPE, Units())[0].plot.top == 2.0


def test_nothing_kept_is_no_plot() -> None:
    assert ProcessPlots().plots(None, SCOPE, Units()) == ()
    assert ProcessPlots().plots(Trace(ProcessKey(7, 0.0), "x"), SCOPE, Units()) == ()


def test_a_time_without_rows_is_a_break_and_times_ascend() -> None:
    cpu = ProcessPlots().plots(trace(1, 2, 3, 60, 61), SCOPE, Units())[0]
    line = cpu.plot.lines[0]
    assert list(line.times) == sorted(line.times)
    assert [value != value for value in line.values] == [False, False, False, True, False, False]


def test_breaks_follow_the_interval() -> None:
    assert broken([0, 10, 20, 30]) == [0, 10, 20, 30]
    assert sum(moment != moment for moment in broken([0, 1, 2, 3, 20])) == 1
    assert broken([0, 5, 10, 15, 16, 17, 18, 19, 20]) == [0, 5, 10, 15, 16, 17, 18, 19, 20], "seldom is no break"
    assert broken([]) == []
    assert broken([4]) == [4]
