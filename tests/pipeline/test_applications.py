from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.applications import KERNEL, Application, Applications
from sysmon.pipeline.process_rates import ProcessRates


def row(
    pid: int,
    parent: int,
    name: str,
    command: str = "",
    *,
    kernel: bool = False,
    cpu: float = 0.0,
    memory: float = 4096.0,
    io: float = 0.0,
    start: float | None = None,
) -> ProcessRow:
    key = ProcessKey(pid, float(pid) if start is None else start)
    return ProcessRow(key, parent, name, "ada", "sleeping", 0, 1, cpu, memory, io, io, command or name, kernel)


def table(time: float, *rows: ProcessRow) -> ProcessTable:
    return ProcessTable("here", time, {row.key.pid: row for row in rows})


def group(*tables: ProcessTable) -> dict[str, Application]:
    rates, applications = ProcessRates(), Applications()
    found: list[Application] = []
    for table in tables:
        found = applications.group(table, rates.step(table))
    return {application.name: application for application in found}


DESKTOP = (
    row(1, 0, "systemd"),
    row(2, 0, "kthreadd", kernel=True),
    row(9, 2, "kworker/0:0", kernel=True),
    row(50, 1, "systemd", "/lib/systemd/systemd --user"),
    row(60, 50, "gnome-shell"),
    row(70, 60, "firefox"),
    row(71, 70, "Web Content"),
    row(72, 71, "forkserver"),
    row(80, 50, "gnome-terminal-", "/usr/libexec/gnome-terminal-server"),
    row(81, 80, "bash", "bash"),
    row(82, 81, "make", "make -j4"),
    row(83, 82, "sh", "sh -c cc x.c"),
    row(84, 83, "cc1"),
    row(90, 81, "python3", "python3 report.py"),
)


def test_the_rule() -> None:
    found = group(table(1.0, *DESKTOP))
    counts = {name: application.count for name, application in found.items()}
    assert counts == {
        "systemd": 2,
        KERNEL: 2,
        "gnome-shell": 1,
        "firefox": 3,
        "gnome-terminal-server": 2,
        "make": 3,
        "report.py": 1,
    }


def test_sums_rates_and_order() -> None:
    before = table(
        100.0, row(1, 0, "init"), row(70, 1, "firefox"), row(71, 70, "Web Content", memory=1e6), row(5, 1, "cron")
    )
    after = table(
        102.0,
        row(1, 0, "init"),
        row(70, 1, "firefox", cpu=1.0),
        row(71, 70, "Web Content", cpu=2.0, memory=1e6, io=200.0),
        before.rows[5],
    )
    rates, applications = ProcessRates(), Applications()
    applications.group(before, rates.step(before))
    found = applications.group(after, rates.step(after))
    assert found[0] == Application("firefox", 2, 1.5, 1e6 + 4096.0, 100.0, 100.0)
    assert [application.name for application in found[1:]] == ["cron", "init"]
    assert applications.name_of(71) == "firefox"
    assert applications.name_of(99) is None


def test_unknown_is_not_zero() -> None:
    first = group(table(1.0, row(5, 1, "cron")))["cron"]
    assert math.isnan(first.cpu)
    assert math.isnan(first.read)
    assert first.memory == 4096.0
    refused = row(5, 1, "cron", io=math.nan, memory=math.nan)
    second = group(table(1.0, refused), table(2.0, refused))["cron"]
    assert second.cpu == 0.0
    assert math.isnan(second.read)
    assert math.isnan(second.memory)


def test_what_is_known_is_summed_beside_what_is_not() -> None:
    one, other = row(5, 1, "server", io=0.0), row(6, 5, "job", io=math.nan, memory=math.nan)
    found = group(table(100.0, one, other), table(101.0, row(5, 1, "server", io=50.0, cpu=0.25), other))["server"]
    assert (found.count, found.cpu, found.read, found.memory) == (2, 0.25, 50.0, 4096.0)


def test_parents_that_make_a_ring_end() -> None:
    found = group(table(1.0, row(5, 6, "a"), row(6, 5, "b"), row(7, 7, "c")))
    assert sum(application.count for application in found.values()) == 3


def test_a_parent_younger_than_its_child_is_none() -> None:
    assert set(group(table(1.0, row(5, 6, "a", start=1.0), row(6, 0, "b", start=2.0)))) == {"a", "b"}


def test_a_helper_of_the_kernel_is_not_the_kernel() -> None:
    found = group(table(1.0, row(2, 0, "kthreadd", kernel=True), row(9, 2, "modprobe")))
    assert {name: application.count for name, application in found.items()} == {KERNEL: 1, "modprobe": 1}


def test_exec_of_a_parent_moves_its_children() -> None:
    applications, rates = Applications(), ProcessRates()
    before = table(1.0, row(1, 0, "init"), row(5, 1, "sh", "sh -c x"), row(6, 5, "child"))
    applications.group(before, rates.step(before))
    assert applications.name_of(6) == "sh"
    after = table(2.0, before.rows[1], row(5, 1, "server"), before.rows[6])
    applications.group(after, rates.step(after))
    assert applications.name_of(6) == "server"


def test_an_application_whose_last_process_ended_is_gone() -> None:
    assert set(group(table(1.0, row(5, 1, "a"), row(6, 1, "b")), table(2.0, row(6, 1, "b")))) == {"b"}


_names = st.sampled_from(["init", "bash", "firefox", "python3", "cron", "systemd"])


@st.composite
def _histories(draw: st.DrawFn) -> list[ProcessTable]:
    """Tables in which processes come, go, run others, get new parents, and stay the same objects."""
    tables: list[ProcessTable] = []
    rows: dict[int, ProcessRow] = {}
    for time in range(draw(st.integers(1, 6))):
        rows = dict(rows)
        for pid in draw(st.lists(st.integers(1, 8), max_size=6)):
            if draw(st.booleans()):
                rows.pop(pid, None)
            else:
                start = draw(st.sampled_from([0.0, 1.0, 2.0]))
                memory = draw(st.sampled_from([0.0, 4096.0, math.nan]))
                io = draw(st.sampled_from([0.0, 100.0, math.nan]))
                rows[pid] = row(
                    pid,
                    draw(st.integers(0, 8)),
                    draw(_names),
                    kernel=draw(st.booleans()),
                    memory=memory,
                    io=io,
                    cpu=float(time),
                    start=start,
                )
        tables.append(table(float(time), *rows.values()))
    return tables


@given(_histories())
def test_what_is_kept_is_what_would_be_found_anew(tables: list[ProcessTable]) -> None:
    kept, rates = Applications(), ProcessRates()
    for each in tables:
        step = rates.step(each)
        found = kept.group(each, step)
        anew = Applications().group(each, step)
        assert [repr(application) for application in sorted(found, key=lambda a: a.name)] == [
            repr(application) for application in sorted(anew, key=lambda a: a.name)
        ]
        assert sum(application.count for application in found) == len(each.rows)


@pytest.mark.parametrize("count", [1, 400])
def test_idle_tables_cost_no_naming(count: int) -> None:
    rows = [row(pid, 1, f"program-{pid % 20}") for pid in range(2, 2 + count)]
    applications, rates = Applications(), ProcessRates()
    first = table(1.0, *rows)
    applications.group(first, rates.step(first))
    own = dict(applications._own)
    second = table(2.0, *rows)
    applications.group(second, rates.step(second))
    assert all(applications._own[pid] is kept for pid, kept in own.items())


def test_rates_of_other_tables_change_nothing_about_who_belongs_where() -> None:
    """Whoever asks now and then has rates between tables of which it saw only some."""
    first = table(1.0, *DESKTOP)
    second = table(2.0, *DESKTOP[:-1], row(95, 81, "vim"))
    third = table(3.0, *second.rows.values(), row(96, 60, "gimp", cpu=0.5))
    rates, seldom, always = ProcessRates(), Applications(), Applications()
    for each in (first, second, third):
        made = rates.step(each)
        everything = always.group(each, made)
        if each is not second:
            found = seldom.group(each, made)
    assert found == everything
    assert {one.name for one in found} >= {"gimp"}
