"""Tabs as rows of text: every kind, what is missing, what is cut, what is hostile."""

from __future__ import annotations

import math

import pytest

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import (
    Container,
    ControlGroup,
    Fact,
    FileFacts,
    GroupLimit,
    IoPriority,
    MappedFile,
    MapsSummary,
    MemoryShares,
    Owner,
    ProcessFacts,
    Relative,
    ResourceLimit,
    Scheduling,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)
from sysmon.model.process_tab import Details, Tab, TabAnswer
from sysmon.viewmodels.format import SPACE, Units
from sysmon.viewmodels.process_tabs import COLUMNS, ProcessTabs, TabView, cpu_ranges

KEY = ProcessKey(7, 0.0)


def view(tab: Tab, details: Details, tabs: ProcessTabs | None = None, time: float = 1.0) -> TabView:
    return (tabs or ProcessTabs(Units())).view(TabAnswer(KEY, tab, time, details))


@pytest.mark.parametrize("tab", Tab)
def test_what_cannot_be_read_says_why(tab: Tab) -> None:
    found = ProcessTabs(Units()).view(TabAnswer(KEY, tab, 1.0, missing="the process has ended", gone=True))
    assert found.note == "Unavailable, because the process has ended."
    assert found.rows == ()
    assert found.columns == COLUMNS[tab]


def test_threads_get_shares_from_two_readings_and_the_busiest_is_first() -> None:
    tabs = ProcessTabs(Units())

    def threads(a: float, b: float) -> Section[ThreadFacts]:
        return Section((ThreadFacts(1, "main", "sleeping", a, 0.0), ThreadFacts(2, "work\x1b", "running", b, 0.0)))

    first = view(Tab.THREADS, threads(1.0, 2.0), tabs, 10.0)
    assert [row[2] for row in first.rows] == ["–", "–"]
    second = view(Tab.THREADS, threads(1.0, 2.5), tabs, 11.0)
    assert second.rows[0] == ("2", "work\\x1b", f"50.0{SPACE}%", f"2{SPACE}s", "running")


def test_files_sockets_and_variables() -> None:
    files = view(Tab.FILES, Section((FileFacts(3, "/tmp/a\nb", "file", ("read", "append"), 5),), cut=90_000))
    assert files.rows == (("3", "/tmp/a\\x0ab", "file", "read, append"),)
    assert files.note == "90,000 more are left out."
    sockets = view(Tab.SOCKETS, Section((SocketFacts(4, "ipv4", "tcp", "127.0.0.1:80", "", "listen", 0, None),)))
    assert sockets.rows == (("4", "ipv4 tcp", "127.0.0.1:80", "", "listen", "–"),)
    variables = view(Tab.ENVIRONMENT, Section((("A", "x\u202ey"),)))
    assert variables.rows == (("A", "x\\u202ey"),)


def test_an_empty_list_says_so_and_a_part_says_both() -> None:
    assert view(Tab.FILES, Section()).note == "None."
    partly = view(Tab.ENVIRONMENT, Section((("A", "b"),), missing="it was cut", cut=3))
    assert partly.note == "Unavailable, because it was cut. 3 more are left out."


def test_memory_begins_with_the_sum() -> None:
    shares = MemoryShares(2048.0, 1024.0, 512.0, 512.0, math.nan)
    summary = MapsSummary(shares, Section((MappedFile("[heap]", 1024.0, 1024.0, 0.0, 2),)))
    found = view(Tab.MEMORY, Fact(summary))
    assert found.rows[0][:4] == ("all together", f"2.00{SPACE}KiB", f"1.00{SPACE}KiB", "–")
    assert found.rows[1] == ("[heap]", f"1.00{SPACE}KiB", f"1.00{SPACE}KiB", f"0{SPACE}B", "2")
    assert view(Tab.MEMORY, Fact(missing="no right")).note == "Unavailable, because no right."


def test_signals() -> None:
    found = view(Tab.SIGNALS, Fact(SignalFacts((), ("SIGHUP",), ("SIGPIPE", "SIGTERM"), ())))
    assert found.rows == (
        ("Pending", "none"),
        ("Blocked", "SIGHUP"),
        ("Ignored", "SIGPIPE, SIGTERM"),
        ("Caught", "none"),
    )
    assert "because" in view(Tab.SIGNALS, Fact(missing="gone")).note


def test_facts_each_with_value_or_reason() -> None:
    facts = ProcessFacts(
        KEY, "x", "running", False,
        arguments=Section(("x", "--y\x07")), executable=Fact("/bin/x"), directory=Fact(missing="no right"),
        root=Fact(), parents=Section((Relative(ProcessKey(4, 1.0), "sh"), Relative(ProcessKey(1, 1.0), "init"))), children=Section(),
        owner=Fact(Owner("root", 0, "wheel", 0, "ada", 1000)), nice=Fact(5), threads=Fact(3),
        io_priority=Fact(IoPriority("idle", 7)), scheduling=Fact(Scheduling("fifo", 50)),
        affinity=Fact((0, 1, 2, 8)),
        limits=Section((ResourceLimit("Max open files", 1024.0, math.inf, "files"), ResourceLimit("Max stack", 8192.0, 8192.0, "bytes"))),
        cgroup=Fact(ControlGroup("/a", GroupLimit(0.5, "/a"), GroupLimit(1024.0, "/"), GroupLimit(10.0, "/a"))),
        container=Fact(Container("web", "abc", "docker")), capabilities=Section(("CAP_KILL",)), label=Fact(),
        seccomp=Fact("off"), memory=Fact(MemoryShares(1024.0, 512.0, 256.0, 0.0, 0.0)),
    )  # fmt: skip
    rows = dict(view(Tab.FACTS, facts).rows)
    assert rows["Command"] == "x --y\\x07"
    assert rows["Directory"] == "– no right"
    assert rows["Root"] == "none"
    assert (rows["Parents"], rows["Children"]) == ("sh (4) ‹ init (1)", "none")
    assert rows["User"] == "root, started by ada"
    assert rows["May run on"] == "CPU 0–2, 8"
    assert rows["Scheduling"] == "fifo 50"
    assert rows["Group limits"] == f"0.5 CPU by /a, 1{SPACE}KiB memory by /, 10 tasks by /a"
    assert rows["Limit: Max open files"] == "1,024 files, at most unlimited"
    assert rows["Limit: Max stack"] == f"8{SPACE}KiB, at most 8{SPACE}KiB"
    unknown = dict(view(Tab.FACTS, ProcessFacts.unknown(KEY, "hidden")).rows)
    assert unknown["Nice"] == "– hidden"


def test_ranges_of_cpus() -> None:
    assert cpu_ranges([]) == "none"
    assert cpu_ranges(range(256)) == "CPU 0–255"
    assert cpu_ranges([5, 1]) == "CPU 1, 5"
