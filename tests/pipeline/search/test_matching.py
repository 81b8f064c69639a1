"""Which rows a filter lets through, and what it asks the system for."""

from __future__ import annotations

import getpass
import math
from dataclasses import dataclass

import pytest

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.pipeline.search.matching import compile_all, compile_filter, needs, select

MIB = 2.0**20


class Facts:
    """Answers expensive questions and counts them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ports(self, key: ProcessKey) -> set[int]:
        self.asked.append("ports")
        return {5432, 40000} if key.pid == 7 else set()

    def files(self, key: ProcessKey) -> list[str]:
        self.asked.append("files")
        return ["/var/lib/data.db"] if key.pid == 7 else []

    def container(self, key: ProcessKey) -> str:
        self.asked.append("container")
        return "web-1" if key.pid == 7 else ""

    def cgroup(self, key: ProcessKey) -> str:
        self.asked.append("cgroup")
        return "/system.slice/db.service" if key.pid == 7 else "/"

    def columns(self, key: ProcessKey, column: Column) -> ColumnFigures:
        self.asked.append(column.value)
        return ColumnFigures(pss=100 * MIB, swap=3 * MIB, io_wait=0.2) if key.pid == 7 else ColumnFigures()


ROW = ProcessRow(
    ProcessKey(7, 1000.0), 1, "postgres", getpass.getuser(), "sleeping", 5, 12, 90.0, 300 * MIB, 0.0, 0.0,
    "postgres: Writer -D /srv", False,
)  # fmt: skip
RATE = ProcessRate(0.075, 2 * MIB, 0.5 * MIB, 0.4)


def matches(text: str, row: ProcessRow = ROW, rate: ProcessRate = RATE) -> bool:
    return compile_filter(text, Facts(), lambda: 1100.0)(row, rate)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", True),
        ("POST", True),
        ("writer", True),
        ("mysql", False),
        ("7", True),
        ("8", False),
        ("pid:7", True),
        ("swap>2M", True),
        ("swap>4M", False),
        ("pss>99M pss<101M", True),
        ("iowait>19", True),
        ("gpu>39 gpu<41", True),
        ("pid!=7", False),
        ("name=postgres", True),
        ("name=post", False),
        ("name!=mysql", True),
        ("name:/^post.*s$/", True),
        ("name:/^gres/", False),
        ("user:me", True),
        ("state:sleep", True),
        ("cpu>5", True),
        ("cpu>8", False),
        ("cpu<=7.5%", True),
        ("mem>=300M", True),
        ("mem<1M", False),
        ("io>2M", True),
        ("read>3M", False),
        ("threads:12", True),
        ("nice>4", True),
        ("time>1m", True),
        ("age<2m", True),
        ("kernel:no", True),
        ("port:5432", True),
        ("port:22", False),
        ("port!=22", True),
        ("port>39999", True),
        ("file:data", True),
        ("file!=data", True),
        ("container:web", True),
        ("cgroup:db.service", True),
        ("not cpu>8 and (user:nobody or port:5432)", True),
    ],
)
def test_terms(text: str, wanted: bool) -> None:
    assert matches(text) is wanted


def test_unknown_figures_match_no_comparison() -> None:
    unknown = ProcessRate(math.nan, math.nan, math.nan)
    for text in ("cpu>0", "cpu<1", "cpu!=5", "cpu:0", "io>=0"):
        assert not matches(text, rate=unknown)


def test_expensive_questions_are_asked_last_and_only_where_they_decide() -> None:
    facts = Facts()
    match = compile_filter("port:5432 and cpu>50", facts, lambda: 0.0)
    assert not match(ROW, RATE)
    assert facts.asked == []
    assert compile_filter("port:5432 and cpu>5", facts, lambda: 0.0)(ROW, RATE)
    assert facts.asked == ["ports"]
    assert not compile_filter("swap>1 and cpu>50", facts, lambda: 0.0)(ROW, RATE)
    assert facts.asked == ["ports"]


def test_the_fields_a_filter_needs() -> None:
    assert needs("a (port:1 or not file:x) cpu>5") == {"port", "file", "cpu"}


@dataclass(frozen=True)
class Listed:
    row: ProcessRow
    rate: ProcessRate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p",
        "a b",
        "a and (b or cpu>5)",
        "not a",
        "pid:3 or /b.*c/",
        "mem>1M cpu>1 a",
        "user:me",
        "port:5432 a",
        "not (a b)",
    ],
)
def test_a_selection_is_what_passes_one_by_one(text: str) -> None:
    listed = [
        Listed(ROW._replace(key=ProcessKey(pid, 1.0), name=name, memory=pid * MIB / 4), ProcessRate(pid / 50, 0.0, 0.0))
        for pid, name in enumerate(["a", "b", "ab", "abc", "", "B c", "p", "A"] * 3)
    ]
    match = compile_filter(text, Facts(), lambda: 1100.0)
    tests = compile_all(text, Facts(), lambda: 1100.0)
    assert select(iter(listed), tests) == [one for one in listed if match(one.row, one.rate)]


def test_what_costs_a_look_is_asked_last_and_only_of_what_is_left() -> None:
    facts = Facts()
    listed = [Listed(ROW._replace(name=name, command=""), RATE) for name in ("web", "db", "web")]
    assert len(select(listed, compile_all("port:5432 and web", facts, lambda: 1100.0))) == 2
    assert facts.asked == ["ports", "ports"]
